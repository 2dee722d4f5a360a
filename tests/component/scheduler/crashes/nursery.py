"""A process that has everything loaded and forks schedulers: each one real, none 1.6 s of starting.

Reads one JSON order a line, answers each with one JSON line when the scheduler that it started has ended.
"""

import asyncio
import gc
import json
import os
import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases import hand_over, release_edition
from shared.clock import FileClock
from shared.persistence.database import engine_for
from tests.component.scheduler.assembled import Scheduler, assembled
from tests.component.scheduler.crashes.effects import WORK, Effects, Point
from tests.component.scheduler.crashes.wednesday import MOST_SECTIONS, STEPS, Delivery, Said, carry, settle
from tests.component.scheduler.planning import TUESDAY

WORLD: ContextVar[str] = ContextVar("WORLD")
"""The URL of the database that is worked in."""

BATCH = 2
CHUNK = 2
"""Small, so that few people give several batches and several transactions."""


async def live(scheduler: Scheduler, order: dict[str, Any], effects: Effects) -> None:
    """Do one piece of work, or go on from a step of a Wednesday to its end."""
    WORLD.set(order["database_url"])
    _at(datetime.fromisoformat(order["at"]))
    if order["step"] is None:
        await _work(scheduler, order["deliveries"], effects, sweep=order["sweep"])
    else:
        await _to_the_end(scheduler, order, effects)
    await scheduler.base.database.close()


async def _work(
    scheduler: Scheduler, deliveries: Iterable[Delivery], effects: Effects, *, sweep: bool
) -> None:
    """Take what the bus delivers, or do each job once."""
    for use_case, body in deliveries:
        WORK.set(use_case)
        await scheduler.consumers[use_case].process(body.encode(), {})
        effects.comes("ack")
        effects.tell("acked", str(UUID(json.loads(body)["id"])))
    for job in scheduler.jobs if sweep else ():
        WORK.set(job.name)
        await job.run()


async def _to_the_end(scheduler: Scheduler, order: dict[str, Any], effects: Effects) -> None:
    """Do what is left of a Wednesday, hearing the answers to what was said."""
    said: Said = order["said"]
    for step in STEPS[order["step"] :]:
        _at(step.at)
        deliveries = step.deliveries(said)
        await _work(scheduler, deliveries, effects, sweep=not deliveries)
        said += await carry(order["database_url"])
    effects.tell("said", json.dumps(said))


def _at(moment: datetime) -> None:
    FileClock(Path(sys.argv[1])).set(moment)


def fork(scheduler: Scheduler, order: dict[str, Any]) -> dict[str, Any]:
    """Start a scheduler, wait for its end; return its exit status (minus a signal) and what it told."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a scheduler logs there
        status = 1
        try:
            dies_at = Point(*order["dies_at"]) if order["dies_at"] else None
            effects = Effects(writing, dies_at, order["commits"])
            effects.install()
            asyncio.run(live(scheduler, order, effects))
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        told = [line.rstrip("\n").split("\t") for line in pipe]
    return {"status": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), "told": told}


def serve() -> None:
    """Answer orders until there are no more.

    What a first life loads and compiles is done once, here: a Wednesday in a world that nobody else uses.
    """
    _, clock, secret, database_url = sys.argv
    settings = SchedulerSettings(secret_key=secret, clock=f"file:{clock}", most_sections=MOST_SECTIONS)
    scheduler = assembled(settings)
    scheduler.base.database.engine = _one_engine(database_url)
    with patch.object(release_edition, "DELIVER_BATCH", BATCH), patch.object(hand_over, "CHUNK", CHUNK):
        asyncio.run(settle(database_url))
        first = {"database_url": database_url, "at": TUESDAY.isoformat(), "step": 0, "said": []}
        with redirect_stdout(sys.stderr):  # a scheduler logs there
            asyncio.run(live(scheduler, first, Effects(os.open(os.devnull, os.O_WRONLY), None, 0)))
        gc.freeze()
        for line in sys.stdin:
            print(json.dumps(fork(scheduler, json.loads(line))), flush=True)  # noqa: T201  # the test reads it


def _one_engine(database_url: str) -> AsyncEngine:
    """Return an engine for whichever world is meant: what it has compiled holds in all of them."""
    engine = engine_for(database_url, "scheduler", pool_size=1)

    def lead(_dialect: Dialect, _record: object, _arguments: object, parameters: dict[str, Any]) -> None:
        parameters["database"] = make_url(WORLD.get()).database

    event.listen(engine.sync_engine, "do_connect", lead)
    return engine


if __name__ == "__main__":
    serve()
