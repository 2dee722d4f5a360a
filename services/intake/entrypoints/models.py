"""Orders as the API reads and writes them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from services.intake.domain.orders import Faq, SectionText, Wish
from services.intake.domain.states import State
from services.intake.entrypoints.audience_models import AudienceIn
from shared.addresses import is_deliverable, normalize
from shared.contracts.message import Key, Language, Line, OrderClass, Text, Urgency
from shared.web.problems import ProblemDetails


def _address(given: str) -> str:
    address = normalize(given)
    if not is_deliverable(address):
        raise ValueError("is not an e-mail address")
    return address


def _filled(given: str) -> str:
    if not given.strip():
        raise ValueError("is empty")
    return given


Address = Annotated[str, StringConstraints(min_length=3, max_length=320), AfterValidator(_address)]
Title = Annotated[Line, AfterValidator(_filled)]
Link = Annotated[str, StringConstraints(max_length=2000, pattern=r"^(https?://\S+)?$")]

EXAMPLE_TEXT: dict[str, JsonValue] = {
    "subject": "Handlingar till årsmötet",
    "markdown": "Hej!\n\nHär är **handlingarna** till årsmötet den 14 mars.\n\n- Dagordning\n- Stadgar",
}
EXAMPLE_ORDER: dict[str, JsonValue] = {
    "unit_id": "0180",
    "ordered_by": "asa.lind@example.org",
    "title": "Handlingar till årsmötet",
    "order_class": "duty",
    "texts": {"sv": EXAMPLE_TEXT},
    "audience": {"assignment_types": ["ordförande", "sekreterare"], "regions": ["Skåne län"]},
    "faq": {"text": "Anmälan sker till kretsen senast den 1 mars."},
    "submit": True,
}


class TextIn(BaseModel):
    """One language's text. The subject is the order's title if left out."""

    model_config = ConfigDict(extra="forbid")

    subject: Title | None = None
    markdown: Annotated[Text, AfterValidator(_filled)]


class FaqIn(BaseModel):
    """The information sheet or FAQ that the desk answers questions with (A8): text or link."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(max_length=100_000, pattern=r"^[^\x00]*$")] = ""
    link: Link = ""


class OrderIn(BaseModel):
    """A mailing that a unit orders. What is left out makes a draft; with ``submit`` it is judged at once."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE_ORDER]})

    unit_id: Key
    ordered_by: Address
    title: Title
    order_class: OrderClass = "information"
    urgency: Urgency = Field(
        default="normal",
        description="`urgent` stands before the others of its class; a text message must be so (D7).",
    )
    texts: dict[Language, TextIn] = {}
    audience: AudienceIn | None = None
    faq: FaqIn | None = None
    not_before: date | None = Field(
        default=None, description="The mailing leaves on the first Wednesday from this day, or later (A3)."
    )
    sender: Line | None = Field(
        default=None, description="Another sender than the shared address is refused (A1)."
    )
    channel: Literal["mail", "sms"] = Field(
        default="mail",
        description="`sms`: the text goes as a text message at once, for urgent short things (D7).",
    )
    submit: bool = False

    def wish(self) -> Wish:
        return Wish(
            unit_id=self.unit_id,
            ordered_by=self.ordered_by,
            title=self.title,
            order_class=self.order_class,
            urgency=self.urgency,
            texts={
                language: SectionText(given.subject or self.title, given.markdown)
                for language, given in self.texts.items()
            },
            audience=self.audience.asked_for() if self.audience is not None else None,
            faq=Faq(self.faq.text, self.faq.link) if self.faq is not None else None,
            not_before=self.not_before,
            sender=normalize(self.sender) if self.sender else None,
            channel=self.channel,
        )


class WhyIn(BaseModel):
    """Why, in words that the orderer reads."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Mötet är inställt."}]}
    )

    reason: Title


class ReasonOut(BaseModel):
    rule: str = Field(examples=["A8"])
    name: str = Field(examples=["MissingFaq"])
    sv: str = Field(examples=["FAQ eller informationsblad saknas. Utan det går beställningen inte iväg."])
    en: str


class PointOut(BaseModel):
    """One point of the checklist (A10)."""

    point: str = Field(examples=["faq_there"])
    sv: str = Field(examples=["FAQ finns"])
    en: str = Field(examples=["FAQ there"])
    met: bool
    missing: list[ReasonOut]


class AnswerClock(BaseModel):
    """The clock of A4. ``urgency``: none, waiting, soon, late or answered."""

    urgency: Literal["none", "waiting", "soon", "late", "answered"]
    due: datetime | None
    answered_at: datetime | None


class AnswerOut(BaseModel):
    """A mail to the orderer, and what became of it."""

    kind: Literal["scheduled", "returned", "stopped", "drafted"]
    at: datetime
    state: Literal["waiting", "accepted", "failed", "suppressed", "uncertain"]
    concluded_at: datetime | None


class StepOut(BaseModel):
    at: datetime
    input: str
    state: State
    by: str


class TextMessageOut(BaseModel):
    """What a text message is (D7). ``characters`` are septets or UTF-16 units, ``cost`` is for one number."""

    encoding: Literal["gsm7", "ucs2"]
    characters: int
    parts: int
    foreign: list[str] = Field(description="Characters that make it dearer.")
    cost: Decimal
    currency: str


class OrderSummary(BaseModel):
    """An order in a list. ``ordered_by`` is left out for readers of figures."""

    order_id: UUID
    unit_id: str
    unit_name: str
    ordered_by: str | None
    title: str
    order_class: OrderClass
    channel: Literal["mail", "sms"]
    urgency: Urgency
    state: State
    received_at: datetime
    submitted_at: datetime | None
    completed_at: datetime | None
    wednesday: date | None
    recipients: int | None = Field(description="People who get it, decided at the freeze.")
    excluded: dict[str, int] | None = Field(description="People who do not, by reason.")
    reasons: list[ReasonOut]
    checklist: list[PointOut]
    answer: AnswerClock


class OrderMailOut(BaseModel):
    """The mail that an order came as (A5). ``message_id`` is its number at the sender, which has the rest."""

    message_id: UUID
    writer: str = Field(examples=["asa.lind@example.org"])
    name: str
    subject: str
    text: str
    attachments: list[str]
    received_at: datetime


class OrderOut(OrderSummary):
    """An order with everything in it."""

    texts: dict[Language, Any]
    text_messages: dict[Language, TextMessageOut] | None = Field(
        description="How each language goes as a text message; null for mail."
    )
    audience: dict[str, Any] | None
    faq: dict[str, str] | None
    not_before: date | None
    sender: str | None
    accepted_at: datetime | None
    edition_id: UUID | None
    send_at: datetime | None
    schedule_note: str
    withdrawn_because: str
    stopped_because: str = Field(description="Why its Wednesday was stopped, before or while it left.")
    corrects: UUID | None = Field(description="The order whose recipients it was made to reach.")
    came_as: OrderMailOut | None
    answers: list[AnswerOut]
    history: list[StepOut]


class OrderPage(BaseModel):
    total: int
    orders: list[OrderSummary]


class RefusedOrder(ProblemDetails):
    """A refused order: the first broken rule, all reasons, and where the order is kept."""

    order_id: UUID | None = None
    reasons: tuple[ReasonOut, ...] = ()
