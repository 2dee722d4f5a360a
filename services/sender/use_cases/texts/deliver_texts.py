"""Deliver texts: take one that is due, write down that it goes, hand it over, write what came of it.

Any number of hands in any number of processes may do so. A hand holds one text; if it is killed, that text
alone is uncertain.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.texts import ledger, reports
from services.sender.adapters.texts.ledger import Change, DueText
from services.sender.domain.texts.gateway import (
    Accepted,
    Answer,
    AnswerLost,
    Hear,
    Later,
    NotHandedOver,
    OutgoingText,
    Refused,
    TextGateway,
)
from services.sender.domain.texts.sending import Reason, Ruling, pause_after
from services.sender.domain.texts.states import Input, State, step
from services.sender.use_cases.texts.deciding import Decide
from services.sender.use_cases.texts.note_report import settle
from shared.clock import Clock
from shared.ids import new_id
from shared.persistence.database import Database
from shared.persistence.outages import is_outage

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
SPARE = timedelta(seconds=15)
"""How much longer than the gateway may take a hand keeps its text; it must begin within this time."""


SHORTEST = timedelta(minutes=1)
"""For how long a gateway is to try at least: many count no seconds, and a phone that is on needs none."""


@dataclass(frozen=True)
class Begun:
    """A text that may be submitted now, if that begins by ``begin_by`` (monotonic), to ring by ``until``."""

    due: DueText
    lease: UUID
    begin_by: float
    until: datetime


@dataclass(frozen=True)
class DeliverTexts:
    """A worker. ``callback`` returns where reports on an attempt go."""

    database: Database
    clock: Clock
    gateway: TextGateway
    hear: Hear
    decide: Decide
    callback: Callable[[UUID, int], str]
    hands: int
    submit_seconds: float

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; what was begun is finished."""
        await self.gateway.start(self.hear)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self.hands):
                    group.create_task(self._hand(stop))
        finally:
            await self.gateway.stop()

    async def _hand(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                busy = await self.deliver_one()
            except Exception as problem:
                if not is_outage(problem):
                    raise
                log.warning("database_away", problem=type(problem).__name__)
                busy = False
            if not busy:
                await _pause(stop)

    async def deliver_one(self) -> bool:
        """Take the next text and see it through; return False if there is none."""
        taken = await self._take()
        if isinstance(taken, Begun):
            await self._conclude(taken, await self._submit(taken))
        return taken is not None

    async def _take(self) -> Begun | Ruling | None:
        """Decide about the next text, and commit that before anything leaves."""
        now, lease = self.clock.now(), new_id()
        hold = timedelta(seconds=self.submit_seconds) + SPARE
        begin_by = time.monotonic() + SPARE.total_seconds()
        async with self.database.begin() as conn:
            due = await ledger.next_due(conn, now)
            if due is None:
                return None
            ruling = await self._rule(conn, due, now)
            after = step(due.state, ruling.input)
            assert isinstance(after, State)
            begins = after is State.SUBMITTING
            not_before = None if begins else ruling.until
            what = Change(reason=ruling.reason, not_before=not_before, lease=lease, hold=hold)
            await ledger.change(conn, due.text_id, after, now, what)
        return Begun(due, lease, begin_by, ruling.until or due.valid_until) if begins else ruling

    async def _rule(self, conn: AsyncConnection, due: DueText, now: datetime) -> Ruling:
        if due.withdrawn:
            return Ruling(Input.STOP, Reason.WITHDRAWN)
        begun = await ledger.begun_since(conn, due, self.decide.month_of(now))
        return self.decide(due, now, due.scopes, begun)

    async def _submit(self, begun: Begun) -> Answer | AnswerLost | NotHandedOver:
        due = begun.due
        valid = max(begun.until - self.clock.now(), SHORTEST)
        callback = self.callback(due.text_id, due.attempts + 1)
        text = OutgoingText(due.text_id, due.phone, due.words, valid, callback, begun.begin_by)
        if time.monotonic() > begun.begin_by:
            return NotHandedOver("the process was stopped for too long")
        try:
            return await self.gateway.submit(text)
        except (AnswerLost, NotHandedOver) as problem:
            log.warning("text_not_answered", text_id=str(due.text_id), problem=type(problem).__name__)
            return problem

    async def _conclude(self, begun: Begun, answer: Answer | AnswerLost | NotHandedOver) -> None:
        """Write what came of it; while the database is away, try again: it is known here alone."""
        while True:
            try:
                return await self._write(begun, answer)
            except Exception as problem:
                if not is_outage(problem):
                    raise
                log.warning("database_away", problem=type(problem).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def _write(self, begun: Begun, answer: Answer | AnswerLost | NotHandedOver) -> None:
        text_id = begun.due.text_id
        async with self.database.begin() as conn:
            standing = await ledger.lock(conn, text_id)
            if standing is None or standing.lease != begun.lease:
                return
            given, what = _meaning(answer, standing.attempts)
            after = step(standing.state, given)
            if isinstance(answer, Accepted):
                await reports.bind(conn, text_id, standing.attempts, answer.references)
            if isinstance(after, State):
                await ledger.change(conn, text_id, after, self.clock.now(), what)
            elif isinstance(answer, Accepted):  # a report came before the answer
                kept = Change(
                    reason=standing.reason, reply=what.reply, cost=what.cost, expected=what.expected
                )
                await ledger.change(conn, text_id, standing.state, self.clock.now(), kept)
            if isinstance(answer, Accepted):
                await settle(conn, text_id, self.clock)


def _meaning(answer: Answer | AnswerLost | NotHandedOver, attempts: int) -> tuple[Input, Change]:
    match answer:
        case Accepted(references, reply, cost):
            return Input.ACCEPT, Change(reply=reply, cost=cost, expected=max(len(references), 1))
        case Later(reply, after):
            return Input.DEFER, Change(reply=reply, pause=pause_after(attempts, after))
        case Refused(reply):
            return Input.REFUSE, Change(reason=Reason.REFUSED, reply=reply)
        case NotHandedOver():
            return Input.UNSENT, Change(reply=str(answer), pause=pause_after(attempts))
        case AnswerLost():
            return Input.LOSE, Change(reason=Reason.UNCERTAIN, reply=str(answer))


async def _pause(stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await stop.wait()
    except TimeoutError:
        return
