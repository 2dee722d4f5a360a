"""Ask for a one-to-one text: what would not go is refused now, and not found out in the morning."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.texts import ledger
from services.sender.adapters.texts.ledger import NewText
from services.sender.domain.texts.sending import Reason
from services.sender.domain.texts.states import Input
from services.sender.use_cases.texts.deciding import Decide
from services.sender.use_cases.texts.record_texts import Recording
from shared.contracts.texts import SendText

log = structlog.get_logger(__name__)


class NotSendable(Exception):
    """The text would not go. ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class AskText:
    """Records a text that a person asked for, as ``sender.send-text.v1`` does for a service."""

    recording: Recording
    decide: Decide

    async def __call__(self, conn: AsyncConnection, asked: SendText, who: str, now: datetime) -> UUID:
        """Return its id. Raises NotSendable. At night it is recorded for the recipient's morning."""
        new = replace(self.recording.one(asked, now), asked_by=who)
        if new.reason:
            raise NotSendable(new.reason)
        waits = await self._waits(conn, new, now)
        await ledger.record(conn, [replace(new, not_before=waits)], now)
        log.info("text_asked_for", text_id=str(new.text_id), by=who)
        return new.text_id

    async def _waits(self, conn: AsyncConnection, new: NewText, now: datetime) -> datetime | None:
        """Return until when it waits. Raises NotSendable, also for what would end it at that moment."""
        scopes = await ledger.scopes_of(conn, new.phone_hash)
        ruling = self.decide(new, now, scopes, 0)
        waits = ruling.until if ruling.input is Input.WAIT else None
        leaves = waits or now
        begun = await ledger.begun_since(conn, new, self.decide.month_of(leaves))
        ruling = self.decide(new, leaves, scopes, begun)
        if ruling.reason:
            raise NotSendable(ruling.reason)
        return waits
