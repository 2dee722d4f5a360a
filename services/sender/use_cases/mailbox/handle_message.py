"""A person handles a message, or says what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.mailbox import desk
from services.sender.adapters.mailbox.sent import find_sent
from services.sender.domain.mailbox.addresses import one_spelling
from services.sender.domain.mailbox.correspondence import Correspondence
from services.sender.domain.mailbox.decisions import reclassified
from services.sender.domain.mailbox.effects import Effect
from services.sender.domain.mailbox.verdict import Kind
from services.sender.use_cases.mailbox.requests import announce_order, announce_unsubscribe
from shared.addresses import address_hash, normalize
from shared.clock import Clock
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database


class NoSuchMessage(LookupError):
    """There is no such message."""


class HandledBefore(Exception):
    """Somebody else has handled it. Says who."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


@dataclass(frozen=True)
class HandleMessage:
    """Decisions of the desk. Each is written down with who made it (F4)."""

    database: Database
    outbox: Outbox
    clock: Clock
    secret: bytes

    async def done(self, message_id: UUID, by: str) -> RowMapping:
        """Mark a message as handled; raise NoSuchMessage or HandledBefore. Twice by the same is once."""
        async with self.database.begin() as conn:
            row = await _locked(conn, message_id)
            if row["handled_by"] not in {None, by}:
                raise HandledBefore(row["handled_by"])
            if row["handled_by"] is None:
                await self._note(conn, message_id, by, {})
            return await _locked(conn, message_id)

    async def reclassify(self, message_id: UUID, to: Kind, by: str) -> RowMapping:
        """Give a waiting message its class and the effect of it; raise NoSuchMessage or Unchangeable."""
        async with self.database.begin() as conn:
            row = await _locked(conn, message_id)
            waits = row["handled_at"] is None and row["effect"] == Effect.NONE
            effect = reclassified(Kind(row["kind"]), to, waits=waits, has_writer=bool(row["writer"]))
            changed = {"kind": to, "severity": None, "effect": effect, "says": "a person said so"}
            if to is Kind.QUESTION:
                await desk.change(conn, message_id, changed)
            else:
                await self._note(conn, message_id, by, changed)
            await self._do(conn, row, effect)
            return await _locked(conn, message_id)

    async def _note(
        self, conn: AsyncConnection, message_id: UUID, by: str, changed: Mapping[str, object]
    ) -> None:
        handled = {"handled_at": self.clock.now(), "handled_by": by}
        await desk.change(conn, message_id, {**changed, **handled})

    async def _do(self, conn: AsyncConnection, row: RowMapping, effect: Effect) -> None:
        at = self.clock.now()
        if effect is Effect.DRAFTED:
            said = Correspondence(
                row["writer"], row["name"], row["subject"], row["words"], tuple(row["attachments"])
            )
            await announce_order(conn, self.outbox, row["message_id"], said, at)
        elif effect is Effect.OPTED_OUT:
            await announce_unsubscribe(conn, self.outbox, await self._whose(conn, row), None, at)

    async def _whose(self, conn: AsyncConnection, row: RowMapping) -> bytes:
        """Return the hash of the writer's address: as we write it, where it is the one that we wrote to."""
        mail = await find_sent(conn, row["mail_id"]) if row["mail_id"] else None
        if mail and one_spelling(mail.address) == one_spelling(row["writer"]):
            return mail.address_hash
        return address_hash(self.secret, normalize(row["writer"]))


async def _locked(conn: AsyncConnection, message_id: UUID) -> RowMapping:
    row = await desk.find_locked(conn, message_id)
    if row is None:
        raise NoSuchMessage
    return row
