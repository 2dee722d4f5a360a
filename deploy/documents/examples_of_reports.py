"""A full example of each message in which the sender reports of mail."""

from datetime import UTC, datetime
from uuid import UUID

from shared.contracts import sender
from shared.contracts.message import Message

AT = datetime(2027, 2, 10, 9, 30, tzinfo=UTC)
EDITION = UUID("01950a00-0000-7000-8000-000000000002")
MAIL = UUID("01950a00-0000-7000-8000-000000000003")
HASH = "5f" * 32

REPORTS: tuple[Message, ...] = (
    sender.BatchRecorded(edition_id=EDITION, batch=1, recorded=250, repeated=0),
    sender.DeliveryReported(
        edition_id=EDITION,
        outcomes=(
            sender.Outcome(
                mail_id=MAIL, state="accepted", at=AT, reply="250 2.0.0 Ok: queued", refused=("unit:1280",)
            ),
        ),
    ),
    sender.EditionProgressed(
        edition_id=EDITION,
        at=AT,
        prepared=6902,
        handed_over=5358,
        accepted=5300,
        deferred=12,
        refused=30,
        suppressed=20,
        uncertain=0,
        bounced=0,
        left=1552,
        rate=812.5,
        expected_end=AT,
    ),
    sender.MessageConcluded(
        key="order-answer-1", purpose="order-answer", state="accepted", at=AT, reply="250 2.0.0 Ok: queued"
    ),
    sender.ProviderPaused(
        provider="google",
        domains=("gmail.com", "googlemail.com"),
        blamed=10,
        reply="550 5.7.26 This mail is unauthenticated",
        at=AT,
    ),
    sender.AddressFailed(
        address_hash=HASH, person_ids=("P1001",), at=AT, reply="550 5.1.1 User unknown", reason="dead_address"
    ),
)
