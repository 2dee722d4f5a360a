"""A process that has everything loaded and forks schedulers: each one real, none 1.6 s of starting.

Reads one JSON order a line, answers each with one JSON line when the scheduler that it started has ended.
"""

import asyncio
import gc
import json
import os
import sys
from typing import Any
from unittest.mock import patch
from uuid import UUID

from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases import hand_over, release_edition
from shared.persistence.database import engine_for
from tests.component.scheduler.assembled import Scheduler, assembled
from tests.component.scheduler.crashes.effects import WORK, Effects, Point

BATCH = 2
CHUNK = 2
"""Small, so that few people give several batches and several transactions."""


async def live(scheduler: Scheduler, order: dict[str, Any], effects: Effects) -> None:
    """Take what the bus delivers, or do each job once."""
    scheduler.base.database.engine = engine_for(order["database_url"], "scheduler", pool_size=1)
    for use_case, body in order["deliveries"]:
        WORK.set(use_case)
        await scheduler.consumers[use_case].process(body.encode(), {})
        effects.comes("ack")
        effects.tell("acked", str(UUID(json.loads(body)["id"])))
    for job in scheduler.jobs if order["sweep"] else ():
        WORK.set(job.name)
        await job.run()
    await scheduler.base.database.close()


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

    What a first life loads and compiles is done once, here, on a database that nobody else uses.
    """
    scheduler = assembled(SchedulerSettings(secret_key=sys.argv[2], clock=f"file:{sys.argv[1]}"))
    asyncio.run(
        live(scheduler, {"database_url": sys.argv[3], "deliveries": [], "sweep": True}, Effects(-1, None, 0))
    )
    gc.freeze()
    with patch.object(release_edition, "DELIVER_BATCH", BATCH), patch.object(hand_over, "CHUNK", CHUNK):
        for line in sys.stdin:
            print(json.dumps(fork(scheduler, json.loads(line))), flush=True)  # noqa: T201  # the test reads it


if __name__ == "__main__":
    serve()
