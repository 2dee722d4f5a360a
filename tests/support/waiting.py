"""Waiting for something to become true, with a deadline, instead of sleeping."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS = 30.0


async def until(
    look: Callable[[], Awaitable[T]], wanted: Callable[[T], bool] = bool, seconds: float = SECONDS
) -> T:
    """Look again and again until what is seen is wanted; return it. Fail with what was seen last."""
    deadline = time.monotonic() + seconds
    while True:
        seen = await look()
        if wanted(seen):
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s still: {seen!r}")
        await asyncio.sleep(0.05)
