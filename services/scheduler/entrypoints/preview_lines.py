"""A preview that is told as it is made: a line of JSON for each step and each second, then the preview."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from time import monotonic

from pydantic import BaseModel

from services.scheduler.use_cases.foresee import Begins, Step

MEDIA_TYPE = "application/x-ndjson"
EVERY = 1.0
"""Seconds between two lines at most: whoever waits sees that it goes on."""


async def as_lines(make: Callable[[Begins], Awaitable[BaseModel]]) -> AsyncIterator[str]:
    """Return the lines. Raise what ``make`` raises before its first step; later the lines just end.

    Whoever stops reading stops the work.
    """
    steps: asyncio.Queue[Step | None] = asyncio.Queue()
    work = asyncio.ensure_future(make(steps.put_nowait))
    work.add_done_callback(lambda _: steps.put_nowait(None))
    try:
        if (first := await steps.get()) is None:
            work.result()
    except BaseException:
        work.cancel()
        raise
    return _lines(first, steps, work)


async def _lines(
    step: Step | None, steps: asyncio.Queue[Step | None], work: asyncio.Future[BaseModel]
) -> AsyncIterator[str]:
    began = monotonic()
    try:
        while step is not None:
            yield _line(step=step, seconds=round(monotonic() - began, 1))
            with suppress(TimeoutError):
                step = await asyncio.wait_for(steps.get(), EVERY)
        preview = (await work).model_dump(mode="json")
        yield _line(step="done", seconds=round(monotonic() - began, 1), preview=preview)
    finally:
        work.cancel()


def _line(**told: object) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"
