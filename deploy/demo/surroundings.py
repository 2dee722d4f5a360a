"""What the main job runs on and in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from deploy.demo.clients import Apis
from deploy.demo.progress import Progress
from deploy.importing.orders import OrdersFile
from shared.clock import FileClock

PATIENCE_SECONDS = 1800.0
LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Inputs:
    """What goes in: two files, the second already read."""

    crm: Path
    orders: OrdersFile
    mapping: Path | None = None


@dataclass(frozen=True)
class Surroundings:
    """What the play runs in."""

    apis: Apis
    amqp_url: str
    clock: FileClock
    sink_folder: Path
    folder: Path
    progress: Progress


async def until(look: Callable[[], Awaitable[bool]], what: str) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while not await look():
        if monotonic() > deadline:
            raise TimeoutError(f"waited {PATIENCE_SECONDS:.0f} s in vain until {what}")
        await asyncio.sleep(LOOK_SECONDS)
