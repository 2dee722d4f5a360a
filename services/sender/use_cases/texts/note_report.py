"""Note what a gateway brings: reports, whenever and however often they come, and answers from phones."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.texts import ledger, reports
from services.sender.adapters.texts.ledger import Change
from services.sender.domain.texts.reports import Heard, Reply, Report, of_whole, wants_no_more
from services.sender.domain.texts.sending import Reason
from services.sender.domain.texts.states import State, step
from shared.clock import Clock
from shared.contracts.texts import TextRefused
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database
from shared.phones import phone_hash, read_phone

log = structlog.get_logger(__name__)


async def settle(conn: AsyncConnection, text_id: UUID, clock: Clock) -> None:
    """Bring a text to the state that the reports on it say."""
    standing = await ledger.lock(conn, text_id)
    if standing is None:
        return
    given = of_whole(await reports.said_of(conn, text_id), standing.expected, standing.attempts)
    after = step(standing.state, given) if given else None
    if isinstance(after, State):
        reason = Reason.UNDELIVERED if after is State.FAILED else Reason.NONE
        await ledger.change(conn, text_id, after, clock.now(), Change(reason=reason))


@dataclass(frozen=True)
class NoteHeard:
    """Takes reports and replies. A reply that says stop goes to compliance, which says no more (F1)."""

    database: Database
    outbox: Outbox
    clock: Clock
    secret: bytes
    country: str

    async def __call__(self, heard: Heard) -> None:
        """Commit what was heard; hearing it again changes nothing."""
        if isinstance(heard, Report):
            await self._report(heard)
        else:
            await self._reply(heard)

    async def _report(self, report: Report) -> None:
        """Two transactions, so that no two of them wait for each other: the second one only reads reports."""
        async with self.database.begin() as conn:
            text_id = await reports.note(conn, report)
        if text_id is None:
            log.info("report_on_unknown_text")
            return
        async with self.database.begin() as conn:
            await settle(conn, text_id, self.clock)

    async def _reply(self, reply: Reply) -> None:
        phone = read_phone(reply.sender, self.country) or read_phone(f"+{reply.sender}", self.country)
        refuses = phone is not None and wants_no_more(reply.text)
        log.info("text_answered", refuses=refuses)
        if phone is None or not refuses:
            return
        said = TextRefused(address_hash=phone_hash(self.secret, phone.e164).hex(), at=self.clock.now())
        async with self.database.begin() as conn:
            await self.outbox.add(conn, said)
