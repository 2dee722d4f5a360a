"""Full examples of what comes by mail: see ``examples``."""

from datetime import UTC, datetime
from uuid import UUID

from shared.contracts.message import Message
from shared.contracts.sender import OrderMailReceived, UnsubscribeReceived

_AT = datetime(2027, 2, 18, 9, 30, tzinfo=UTC)

BY_MAIL: tuple[Message, ...] = (
    UnsubscribeReceived(address_hash="0f" * 32, at=_AT, proof="tag"),
    OrderMailReceived(
        message_id=UUID("01950a00-0000-7000-8000-00000000000c"),
        writer="asa.lind@example.org",
        name="Åsa Lind",
        subject="Beställning: Kurs i krisstöd",
        text="Mottagare: ordförande i alla kretsar\nFAQ: bifogas\n\nVälkommen till kursen.",
        attachments=("kurs.docx",),
        received_at=_AT,
    ),
)
