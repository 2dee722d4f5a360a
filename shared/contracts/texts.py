"""Text messages (D7): what the sender is told to send to phones, and what it reports."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.contracts.message import (
    AddressHash,
    Key,
    Language,
    Line,
    Message,
    Moment,
    OrderClass,
    Part,
)

TEXTS_BATCH = 250
"""Most texts in one ``sender.deliver-texts.v1``."""

OUTCOMES_BATCH = 500
"""Most outcomes in one ``sender.texts.reported.v1``."""

RawPhone = Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\r\n\x00]*$")]
"""A number as the CRM holds it, which may be wrong."""

ShortText = Annotated[
    str, StringConstraints(min_length=1, max_length=1600, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]+$")
]
"""The words of a text message: line feeds, and no other control character."""

TextState = Literal["accepted", "delivered", "failed", "suppressed", "uncertain"]
"""accepted: the gateway took it. delivered: the phone did. Later ones replace earlier ones."""

Purpose = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,60}$")]


class SendText(Message):
    """Send one text to one person, in the recipient's daytime. Same key: same text, sent once.

    What cannot be sent before ``valid_until`` (by default a day) is not sent at all. ``person_ids``: whom it
    is to or about. When one of them is erased its words and number go (F2).
    """

    TYPE: ClassVar[str] = "sender.send-text.v1"
    key: Key
    to: RawPhone
    text: ShortText
    purpose: Purpose
    valid_until: Moment | None = None
    person_ids: Annotated[tuple[Key, ...], Field(max_length=50)] = ()


class TextConcluded(Message):
    """What became of a one-to-one text; it may be said again with a later state. ``reason`` is a code."""

    TYPE: ClassVar[str] = "sender.text.concluded.v1"
    key: Key
    purpose: Purpose
    state: TextState
    at: Moment
    reason: Line = ""
    parts: Annotated[int, Field(ge=1)] = 1


class PlannedText(Part):
    """One text of an order to one number. ``phone`` is E.164; several people may share it."""

    text_id: UUID
    phone: RawPhone
    language: Language
    person_ids: Annotated[tuple[Key, ...], Field(min_length=1)]


class DeliverTexts(Message):
    """Up to 250 texts of an urgent order. ``batch`` counts from 1; the same one again changes nothing."""

    TYPE: ClassVar[str] = "sender.deliver-texts.v1"
    order_id: UUID
    unit_id: Key
    order_class: OrderClass
    words: Annotated[dict[Language, ShortText], Field(min_length=1)]
    batch: Annotated[int, Field(ge=1)]
    texts: Annotated[tuple[PlannedText, ...], Field(min_length=1, max_length=TEXTS_BATCH)]
    valid_until: Moment | None = None


class TextOutcome(Part):
    """What became of one text of an order."""

    text_id: UUID
    state: TextState
    at: Moment
    reason: Line = ""
    parts: Annotated[int, Field(ge=1)] = 1


class TextsReported(Message):
    """Outcomes of an order's texts, in batches. A text may be reported again with a later state."""

    TYPE: ClassVar[str] = "sender.texts.reported.v1"
    order_id: UUID
    outcomes: Annotated[tuple[TextOutcome, ...], Field(min_length=1, max_length=OUTCOMES_BATCH)]


class TextRefused(Message):
    """The owner of a number answered that they want no texts (B4, F1): for compliance, which decides."""

    TYPE: ClassVar[str] = "sender.text.refused.v1"
    address_hash: AddressHash
    at: Moment
