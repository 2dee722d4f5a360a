"""A full example of each message about text messages (D7)."""

from datetime import UTC, datetime
from uuid import UUID

from shared.contracts import scheduler, texts
from shared.contracts.message import Message

AT = datetime(2027, 2, 10, 9, 30, tzinfo=UTC)
ORDER = UUID("01950a00-0000-7000-8000-000000000001")
TEXT = UUID("01950a00-0000-7000-8000-000000000005")

TEXTS: tuple[Message, ...] = (
    scheduler.TextsPlanned(
        order_id=ORDER, recipients=40, texts=38, excluded={"missing_phone": 3, "not_mobile": 1}, at=AT
    ),
    scheduler.TextsCompleted(order_id=ORDER, outcomes={"delivered": 37, "failed": 1}, at=AT),
    texts.SendText(
        key="call-back-17",
        to="070-174 06 05",
        text="Vi ringer dig i kväll kl. 18 från 08-465 004 00.",
        purpose="call-back",
        valid_until=AT,
    ),
    texts.DeliverTexts(
        order_id=ORDER,
        unit_id="1280",
        order_class="duty",
        words={"sv": "Årsmötet i Malmö är flyttat till sal B."},
        batch=1,
        texts=(texts.PlannedText(text_id=TEXT, phone="+46701740605", language="sv", person_ids=("P1001",)),),
        valid_until=AT,
    ),
    texts.TextConcluded(
        key="call-back-17", purpose="call-back", state="failed", at=AT, reason="wrong_number", parts=1
    ),
    texts.TextsReported(
        order_id=ORDER,
        outcomes=(texts.TextOutcome(text_id=TEXT, state="failed", at=AT, reason="undelivered", parts=1),),
    ),
    texts.TextRefused(address_hash="5f" * 32, at=AT),
)
