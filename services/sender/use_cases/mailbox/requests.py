"""Tell the services concerned what people asked for by mail: an order (A5), an opt-out (F1)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.domain.mailbox.correspondence import Correspondence
from services.sender.domain.mailbox.effects import Proof
from shared.contracts.sender import OrderMailReceived, UnsubscribeReceived
from shared.messaging.outbox import Outbox

_PROOFS: dict[Proof, Literal["tag", "path", "reply"]] = {
    Proof.TAG: "tag",
    Proof.PATH: "path",
    Proof.REPLY: "reply",
}


async def announce_order(
    conn: AsyncConnection, outbox: Outbox, message_id: UUID, said: Correspondence, at: datetime
) -> None:
    """Tell intake, which makes a draft of it."""
    order = OrderMailReceived(
        message_id=message_id,
        writer=said.writer[:320],
        name=said.name,
        subject=said.subject,
        text=said.words,
        attachments=said.attachments,
        received_at=at,
    )
    await outbox.add(conn, order, correlation_id=message_id)


async def announce_unsubscribe(
    conn: AsyncConnection, outbox: Outbox, address_hash: bytes, proof: Proof | None, at: datetime
) -> None:
    """Tell compliance. ``proof`` is None when a person of the desk says so."""
    known = _PROOFS[proof] if proof else "desk"
    await outbox.add(conn, UnsubscribeReceived(address_hash=address_hash.hex(), at=at, proof=known))
