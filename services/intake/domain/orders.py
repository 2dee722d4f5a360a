"""An order: what a unit asks for, and where it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.intake.domain.audiences import Audience, Language
from services.intake.domain.states import KNOWN_TO_SCHEDULER, Ignored, Input, State, step

OrderClass = Literal["duty", "information", "appeal"]
Urgency = Literal["urgent", "normal"]
Channel = Literal["mail", "sms"]


@dataclass(frozen=True)
class SectionText:
    """One language's text. ``subject`` is a line, ``markdown`` the rest."""

    subject: str
    markdown: str


@dataclass(frozen=True)
class Faq:
    """What the desk answers questions with (A8): a text, or the address of one."""

    text: str = ""
    link: str = ""

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.link.strip())


@dataclass(frozen=True)
class Wish:
    """Everything that the orderer decides. ``sender`` is there to be refused (A1).

    With channel ``sms`` the Markdown of each language is a text message, which must be urgent (D7).
    """

    unit_id: str
    ordered_by: str
    title: str
    order_class: OrderClass = "information"
    texts: Mapping[Language, SectionText] | None = None
    audience: Audience | None = None
    faq: Faq | None = None
    not_before: date | None = None
    sender: str | None = None
    channel: Channel = "mail"
    urgency: Urgency = "normal"

    @property
    def complete(self) -> bool:
        """Text, recipients and FAQ are all there (A3)."""
        return bool(self.texts) and self.audience is not None and bool(self.faq)

    def same_content(self, other: "Wish") -> bool:
        """Whether text, recipients and FAQ are the same, so that completeness keeps its moment (A3)."""
        return (self.texts, self.audience, self.faq) == (other.texts, other.audience, other.faq)


@dataclass(frozen=True)
class Reason:
    """Why an order was returned, kept as it was said. ``rule`` is a number of the house rules, or "desk"."""

    rule: str
    name: str
    sv: str
    en: str


@dataclass(frozen=True)
class Order:
    """An order as intake knows it. Moments are aware, in UTC.

    ``received_at`` is when it was first stored, ``submitted_at`` when it was last submitted;
    ``submissions`` counts those. ``completed_at`` decides its Wednesday (A3). ``answer_due`` and
    ``answered_at`` belong to the last submission (A4). ``recipients`` and ``excluded`` are people.
    ``corrects`` is the order whose recipients this one was made to reach.
    """

    order_id: UUID
    wish: Wish
    state: State
    received_at: datetime
    reasons: tuple[Reason, ...] = ()
    submissions: int = 0
    submitted_at: datetime | None = None
    completed_at: datetime | None = None
    accepted_at: datetime | None = None
    answer_due: datetime | None = None
    answered_at: datetime | None = None
    edition_id: UUID | None = None
    wednesday: date | None = None
    send_at: datetime | None = None
    schedule_note: str = ""
    scheduled_as_of: datetime | None = None
    recipients: int | None = None
    excluded: Mapping[str, int] | None = None
    withdrawn_because: str = ""
    stopped_because: str = ""
    corrects: UUID | None = None

    @property
    def known_to_scheduler(self) -> bool:
        return self.state in KNOWN_TO_SCHEDULER

    @property
    def waits_for_answer(self) -> bool:
        """The orderer has been told nothing yet of what was last submitted (A4)."""
        return self.submitted_at is not None and self.answered_at is None and self.state != State.WITHDRAWN


class WrongState(Exception):
    """The order cannot do that now. The message says why."""

    def __init__(self, state: State, given: Input, because: str) -> None:
        super().__init__(because)
        self.state = state
        self.given = given


def advance(order: Order, given: Input) -> Order:
    """Return the order after ``given``; raise WrongState where the table ignores it."""
    following = step(order.state, given)
    if isinstance(following, Ignored):
        raise WrongState(order.state, given, following.because)
    return replace(order, state=following)


def edit(order: Order, wish: Wish) -> Order:
    """Return the order with a new wish. What was complete must be complete again if it changed (A3)."""
    edited = advance(order, Input.EDIT)
    kept = order.completed_at if wish.same_content(order.wish) else None
    return replace(edited, wish=wish, completed_at=kept)


def submit(order: Order, now: datetime, answer_due: datetime) -> Order:
    """Return the submitted order. It is complete from now, unless it was so already (A3)."""
    submitted = advance(order, Input.SUBMIT)
    return replace(
        submitted,
        submissions=order.submissions + 1,
        submitted_at=now,
        completed_at=(order.completed_at or now) if order.wish.complete else None,
        answer_due=answer_due,
        answered_at=None,
        reasons=(),
    )


def accept(order: Order, now: datetime) -> Order:
    return replace(advance(order, Input.ACCEPT), accepted_at=now, reasons=())


def give_back(order: Order, reasons: tuple[Reason, ...]) -> Order:
    """Return the order as returned to its orderer, with why."""
    return replace(advance(order, Input.RETURN), reasons=reasons)


def withdraw(order: Order, because: str) -> Order:
    """Return the order as taken back. One whose texts are leaving is stopped: what has left has left (D7)."""
    if order.wish.channel == "sms" and order.state is State.SENDING:
        return replace(advance(order, Input.STOP), stopped_because=because)
    return replace(advance(order, Input.WITHDRAW), withdrawn_because=because)


def note(order: Order, given: Input) -> Order:
    """Return the order after a report of the scheduler, unchanged where the table ignores it."""
    following = step(order.state, given)
    return order if isinstance(following, Ignored) else replace(order, state=following)
