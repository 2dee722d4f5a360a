"""Consuming: one transaction holds the inbox row, the handler's work and what it sends; then the ack.

What fails is written down before it is acknowledged: a retry as an outbox row to the service's own queue
with a later time, a dead letter as an outbox row to the dead queue with its reason. Nothing is requeued
by the broker, so no message can loop there.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.clock import Clock
from shared.contracts.envelope import Envelope
from shared.contracts.message import Message
from shared.messaging.failures import Permanent, Transient
from shared.messaging.inbox import first_time
from shared.messaging.outbox import DEFAULT, Outbox
from shared.messaging.topology import Consume, Queue, queue_for
from shared.observability.metrics import MESSAGES
from shared.persistence.database import Database
from shared.persistence.outages import is_outage

T = TypeVar("T", bound=Message)
log = structlog.get_logger(__name__)

ATTEMPT = "onsdag-attempt"
REASON = "onsdag-reason"
FAILED_AT = "onsdag-failed-at"

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
DATABASE_PAUSE = 0.5


@dataclass(frozen=True)
class Received(Generic[T]):
    """A message as a handler gets it. ``now`` is the clock's time at which handling began."""

    data: T
    message_id: UUID
    correlation_id: UUID
    time: datetime
    attempt: int
    now: datetime


Handler = Callable[[AsyncConnection, Received[Any]], Awaitable[None]]


def pause_before(attempt: int) -> timedelta:
    """Return how long to wait before attempt number ``attempt`` (2, 3, …): 1 s, 4 s, 16 s, … to 5 min."""
    return min(FIRST_PAUSE * int(4 ** (attempt - 2)), LONGEST_PAUSE)


class Consumer:
    """One queue of a service, with its handler."""

    def __init__(
        self,
        service: str,
        consume: Consume,
        handle: Handler,
        database: Database,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self.consume = consume
        self.queue: Queue = queue_for(service, consume)
        self._handle = handle
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._envelope = Envelope[consume.message]  # type: ignore[name-defined]  # the model is a value here

    async def process(self, body: bytes, headers: Mapping[str, Any]) -> None:
        """Handle one delivery. When this returns, whatever it decided is committed: acknowledge.

        While what it decided cannot be written, because the database is away, the delivery is held
        unacknowledged and tried again.
        """
        attempt = _attempt(headers)
        while True:
            try:
                return await self._process_once(body, attempt)
            except Exception as problem:
                log.warning(
                    "database_away", queue=self.queue.name, problem=f"{type(problem).__name__}: {problem}"
                )
            await asyncio.sleep(DATABASE_PAUSE)

    async def _process_once(self, body: bytes, attempt: int) -> None:
        try:
            envelope = self._envelope.model_validate_json(body)
        except ValidationError as problem:
            return await self._bury(body, attempt, f"unreadable: {_first_error(problem)}")
        if envelope.type != self.consume.message.TYPE:
            return await self._bury(body, attempt, f"{envelope.type} does not belong in this queue")
        with structlog.contextvars.bound_contextvars(
            queue=self.queue.name, message_id=str(envelope.id), correlation_id=str(envelope.correlationid)
        ):
            await self._run(body, envelope, attempt)
        return None

    async def _run(self, body: bytes, envelope: Envelope[Any], attempt: int) -> None:
        received = Received(
            data=envelope.data,
            message_id=envelope.id,
            correlation_id=envelope.correlationid,
            time=envelope.time,
            attempt=attempt,
            now=self._clock.now(),
        )
        try:
            async with self._database.begin() as conn:
                new = await first_time(conn, self.queue.name, envelope.id)
                if new:
                    await self._handle(conn, received)
            self._count("handled" if new else "repeated")
        except Permanent as problem:
            await self._bury(body, attempt, str(problem))
        except Transient as problem:
            await self._later(body, attempt, str(problem))
        except Exception as problem:
            if is_outage(problem):
                raise  # no attempt was made
            log.exception("handler_failed", attempt=attempt)
            await self._later(body, attempt, _where(problem))

    async def _later(self, body: bytes, attempt: int, reason: str) -> None:
        if attempt >= self.consume.max_attempts:
            return await self._bury(body, attempt, reason)
        headers = {ATTEMPT: str(attempt + 1), REASON: _header(reason)}
        async with self._database.begin() as conn:
            await self._outbox.add_raw(
                conn, body, DEFAULT, self.queue.name, headers, delay=pause_before(attempt + 1)
            )
        log.warning("message_later", queue=self.queue.name, attempt=attempt, reason=reason)
        return self._count("retried")

    async def _bury(self, body: bytes, attempt: int, reason: str) -> None:
        headers = {ATTEMPT: str(attempt), REASON: _header(reason), FAILED_AT: self._clock.now().isoformat()}
        async with self._database.begin() as conn:
            await self._outbox.add_raw(conn, body, DEFAULT, self.queue.dead, headers)
        log.error("message_dead", queue=self.queue.name, attempt=attempt, reason=reason)
        self._count("dead")

    def _count(self, result: str) -> None:
        MESSAGES.labels(queue=self.queue.name, result=result).inc()


def _attempt(headers: Mapping[str, Any]) -> int:
    value = str(headers.get(ATTEMPT, "1"))
    return int(value) if value.isdecimal() else 1


def _header(reason: str) -> str:
    return " ".join(reason.split())[:500]


def _where(problem: Exception) -> str:
    """Say what went wrong and where, without the text of the error: it may hold personal data (B6)."""
    frame = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__} in {Path(frame.filename).name}:{frame.lineno} {frame.name}"


def _first_error(problem: ValidationError) -> str:
    """Say where a message is wrong without repeating what stood there (B6)."""
    error = problem.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in error["loc"]) or "message"
    return f"{where}: {error['msg']}"
