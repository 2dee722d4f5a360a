"""What the API says of text messages."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.sender.adapters.texts.figures import ShownText
from services.sender.domain.texts.sending import SENTENCES, Reason
from services.sender.domain.texts.states import State
from shared.contracts.message import Key, Moment
from shared.contracts.texts import Purpose, RawPhone, ShortText
from shared.texting import Encoding, tidy

_ORDER = "01950a00-0000-7000-8000-000000000001"
_TEXT = "01950a00-0000-7000-8000-000000000003"


class Words(BaseModel):
    """The words of a text."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"text": "Årsmötet är flyttat till sal B – välkomna!"}}
    )

    text: ShortText


class Estimate(BaseModel):
    """What a text would be. ``characters`` are septets (gsm7) or UTF-16 units (ucs2)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "encoding": "ucs2",
                "characters": 42,
                "parts": 1,
                "room": 28,
                "price_per_part": "0.35",
                "cost": "0.35",
                "currency": "SEK",
                "foreign": ["–"],
                "may_go": True,
                "hints": [
                    "Tecken utanför sms-alfabetet gör att varje sms rymmer 70 tecken i stället för 160.",
                    "Skriv - i stället för –.",
                ],
            }
        }
    )

    encoding: Encoding
    characters: int
    parts: int
    room: int = Field(description="Characters left in the last part.")
    price_per_part: Decimal
    cost: Decimal = Field(description="For one recipient.")
    currency: str
    foreign: list[str] = Field(description="Characters that force UCS-2.")
    may_go: bool = Field(description="Whether it has no more parts than the organisation allows.")
    hints: list[str] = Field(description="For the desk, in Swedish.")


class Figures(BaseModel):
    """What became of an order's texts. ``not_reached`` counts by reason."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "order_id": _ORDER,
                "texts": 120,
                "waiting": 0,
                "sent": 117,
                "delivered": 112,
                "uncertain": 0,
                "not_reached": {"undelivered": 2, "wrong_number": 3},
                "parts": 117,
                "cost": "41.6500",
                "currency": "SEK",
            }
        }
    )

    order_id: UUID
    texts: int
    waiting: int = Field(description="Not yet submitted: for daytime, or for another attempt.")
    sent: int = Field(description="The gateway took them, delivered or not.")
    delivered: int
    uncertain: int
    not_reached: dict[str, int]
    parts: int = Field(description="Parts of the texts that the gateway took.")
    cost: Decimal = Field(description="What the gateway charged; parts times price where it did not say.")
    currency: str


class AskedText(BaseModel):
    """A text to one person. Also E.164 without a country code, which is then the organisation's own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "phone": "070-174 06 05",
                "words": "Hej! Vi ringer dig i kväll efter 18. Röda Exemplet",
                "purpose": "call-back",
                "person_ids": ["P-1041"],
            }
        },
    )

    phone: RawPhone
    words: ShortText
    purpose: Purpose = Field(description="Why it is sent: letters, digits and hyphens.")
    person_ids: list[Key] = Field(
        default_factory=list,
        max_length=50,
        description="Whom it is to or about: when one of them is erased its words and number go (F2).",
    )
    valid_until: Moment | None = Field(default=None, description="Sent by then, or not at all.")

    @field_validator("words", mode="before")
    @classmethod
    def _as_phones_show_it(cls, value: object) -> object:
        return tidy(value) if isinstance(value, str) else value


class TextShown(BaseModel):
    """One text. ``why`` says in Swedish why it did not reach its recipient, or when it goes.

    ``asked_by``: who of our own asked for it, where it was a person.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "text_id": _TEXT,
                "order_id": _ORDER,
                "key": None,
                "purpose": None,
                "asked_by": None,
                "phone": "+46701740605",
                "words": "Årsmötet är flyttat till sal B.",
                "parts": 1,
                "recorded_at": "2027-02-17T08:00:00+00:00",
                "valid_until": "2027-02-18T08:00:00+00:00",
                "state": "failed",
                "reason": "undelivered",
                "reply": "200 created s70df59406a1b4643b96f3f91e0bfb7b0",
                "attempts": 1,
                "updated_at": "2027-02-17T08:00:20+00:00",
                "cost": "0.3500",
                "next_attempt_at": None,
                "why": "Sms-tjänsten kunde inte lämna texten till telefonen.",
            }
        }
    )

    text_id: UUID
    order_id: UUID | None
    key: str | None
    purpose: str | None
    asked_by: str | None
    phone: str
    words: str
    parts: int
    recorded_at: datetime
    valid_until: datetime
    state: State
    reason: Reason
    reply: str
    attempts: int
    updated_at: datetime
    cost: Decimal | None
    next_attempt_at: datetime | None
    why: str


def shown(text: ShownText, now: datetime, zone: ZoneInfo) -> TextShown:
    """Return a text as the API shows it."""
    goes = text.next_attempt_at
    waits = f"Går tidigast {goes.astimezone(zone):%Y-%m-%d kl. %H.%M}." if goes and goes > now else ""
    return TextShown(**asdict(text), why=SENTENCES[Reason(text.reason)] or waits)


class TextPage(BaseModel):
    """Texts by their ids. ``next`` is the ``after`` of the following page, null on the last."""

    texts: list[TextShown]
    next: UUID | None


class SettledText(BaseModel):
    """What became of a held text."""

    text_id: UUID
    state: State


class Addresses(BaseModel):
    """Addresses to enter in the gateway's settings. They are secret: whoever knows one can use it."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"replies": "https://sender.example.org/callbacks/replies/k3Jx…"}}
    )

    replies: str = Field(description="Empty where no address of ours is set.")
