"""A scheduler and everything around it in one transaction, which can be undone: to play many histories."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from unittest.mock import patch

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.scheduler.settings import SchedulerSettings
from shared import hosting
from shared.clock import FixedClock
from shared.contracts.envelope import Envelope
from shared.contracts.message import Message
from shared.ids import new_id
from shared.persistence.database import engine_for
from tests.component.scheduler.assembled import Scheduler, assembled
from tests.component.scheduler.crashes.wednesday import WEDNESDAY_TYPES
from tests.component.scheduler.planning import SECRET, TUESDAY

JOBS = ("wednesday", "resend-batches", "forget-addresses", "complete-editions")


class OneTransaction:
    """In an engine's place: what would be a transaction is a savepoint, so that a history can be undone."""

    def __init__(self, conn: AsyncConnection) -> None:
        self._conn = conn

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        async with self._conn.begin_nested():
            yield self._conn


@dataclass
class Ground:
    """What the histories of one run share: a scheduler, and one connection to a database of its own."""

    loop: asyncio.AbstractEventLoop
    schedulers: dict[int, Scheduler]
    clock: FixedClock
    conn: AsyncConnection
    most: int = 0

    @property
    def scheduler(self) -> Scheduler:
        """The one that allows so many sections for each person (D2)."""
        return self.schedulers[self.most]

    def run(self, awaitable: Any) -> Any:
        return self.loop.run_until_complete(awaitable)

    def tell(self, use_case: str, message: Message) -> None:
        """Bring a message as the bus does."""
        envelope = Envelope[Message](
            id=new_id(),
            source="/test",
            type=message.TYPE,
            time=self.clock.now(),
            correlationid=new_id(),
            data=message,
        )
        body = envelope.model_dump_json(exclude_none=True, serialize_as_any=True).encode()
        self.run(self.scheduler.consumers[use_case].process(body, {}))

    def sweep(self, at: datetime) -> None:
        """Do each job that moves an edition on, once, at a moment."""
        self.clock.set(at)
        for job in self.scheduler.jobs:
            if job.name in JOBS:
                self.run(job.run())

    def rows(self, sql: str) -> list[Any]:
        async def fetch() -> list[Any]:
            return list((await self.conn.execute(text(sql))).all())

        return cast("list[Any]", self.run(fetch()))

    def hear(self, *expected: type[Message]) -> dict[str, list[Any]]:
        """Take what the scheduler has said since last time, by type.

        Nothing else of a Wednesday may have been said; what is said about it is tested elsewhere.
        """
        said: dict[str, list[Any]] = {model.TYPE: [] for model in expected}
        models = {model.TYPE: model for model in expected}
        for (payload,) in self.rows("DELETE FROM scheduler_outbox RETURNING payload"):
            envelope = json.loads(payload)
            if envelope["type"] not in WEDNESDAY_TYPES:
                continue
            assert envelope["type"] in models, f"not expected: {envelope}"
            said[envelope["type"]].append(models[envelope["type"]].model_validate(envelope["data"]))
        return said


@contextmanager
def grounded(database_url: str, allowed: Sequence[int]) -> Iterator[Ground]:
    """Put schedulers on a migrated database, one for each number of sections that a person may get."""
    clock = FixedClock(TUESDAY)
    loop = asyncio.new_event_loop()
    engine = engine_for(database_url, "scheduler", pool_size=1)
    conn = loop.run_until_complete(engine.connect())
    with patch.object(hosting, "clock_from", lambda _: clock):
        schedulers = {
            most: assembled(SchedulerSettings(secret_key=SECRET, most_sections=most)) for most in allowed
        }
    for scheduler in schedulers.values():
        scheduler.base.database.engine = cast("AsyncEngine", OneTransaction(conn))
    yield Ground(loop, schedulers, clock, conn)
    loop.run_until_complete(conn.close())
    loop.run_until_complete(engine.dispose())
    loop.close()
