"""Ending on Ctrl-C and SIGTERM by cancelling, so that everything that was started is ended first."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Ended(Exception):
    """Somebody pressed Ctrl-C, or asked the process to end."""


async def ending_on_signals(work: Coroutine[Any, Any, T]) -> T:
    """Do work. Raises Ended on Ctrl-C or SIGTERM, after the work has taken away what it started."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        return await work
    except asyncio.CancelledError:
        raise Ended from None
