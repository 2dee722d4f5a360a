"""The rules that an order must keep to be accepted: A1, A3, A7, A8, A9."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.intake.domain.audience_rules import judge_audience
from services.intake.domain.calendar import CutOff, earliest_wednesday, first_wednesday_from
from services.intake.domain.orders import Wish
from services.intake.domain.refusals import (
    ForeignSender,
    MissingFaq,
    MissingRecipients,
    MissingText,
    MissingUnit,
    NotANamedPerson,
    Refusal,
    UnknownOrderingUnit,
    WednesdayTooEarly,
)
from services.intake.domain.refusals_of_texts import (
    AppealByText,
    NotUrgent,
    TextsWaitForNoDay,
    TextTooLong,
)
from services.intake.domain.registers import HouseNames, Register
from shared.texting import measure, tidy


@dataclass(frozen=True)
class TextRules:
    """The organisation's figures for text messages (D7): how many parts one may have, what a part costs."""

    max_parts: int
    price: Decimal
    currency: str


@dataclass(frozen=True)
class HouseRules:
    """The organisation's own figures."""

    shared_address: str
    desk_people: frozenset[str]
    names: HouseNames
    zone: ZoneInfo
    cut_off: CutOff
    texts: TextRules


@dataclass(frozen=True)
class Case:
    """An order's wish before the rules. ``completed_at`` is when it became, or would become, complete."""

    wish: Wish
    completed_at: datetime
    register: Register
    house: HouseRules


Rule = Callable[[Case], Iterator[Refusal]]


def one_sender(case: Case) -> Iterator[Refusal]:
    """A1."""
    sender = case.wish.sender
    if sender and sender != case.house.shared_address:
        yield ForeignSender(sender, case.house.shared_address)


def named_person(case: Case) -> Iterator[Refusal]:
    """A9. The desk may order for any unit that exists."""
    if not case.wish.unit_id:
        yield MissingUnit()
        return
    unit = case.register.open_unit(case.wish.unit_id)
    if unit is None:
        yield UnknownOrderingUnit(case.wish.unit_id)
        return
    ordered_by = case.wish.ordered_by
    if ordered_by not in unit.named_people | case.house.desk_people | {case.house.shared_address}:
        yield NotANamedPerson(unit.name, ordered_by)


def recipients_are_assignments(case: Case) -> Iterator[Refusal]:
    """A7."""
    wish = case.wish
    if wish.audience is not None:
        yield from judge_audience(wish.audience, wish.unit_id, case.house.names, case.register)


def text_there(case: Case) -> Iterator[Refusal]:
    """A3."""
    if not case.wish.texts:
        yield MissingText()


def recipients_there(case: Case) -> Iterator[Refusal]:
    """A3."""
    if case.wish.audience is None:
        yield MissingRecipients()


def faq_there(case: Case) -> Iterator[Refusal]:
    """A8."""
    if not case.wish.faq:
        yield MissingFaq()


def not_earlier_than_allowed(case: Case) -> Iterator[Refusal]:
    """A3: a later Wednesday may be asked for, an earlier one may not."""
    if case.wish.not_before is None or case.wish.channel == "sms":
        return
    asked = first_wednesday_from(case.wish.not_before)
    earliest = earliest_wednesday(case.completed_at.astimezone(case.house.zone), case.house.cut_off)
    if asked < earliest:
        yield WednesdayTooEarly(asked, earliest)


def urgent_by_text(case: Case) -> Iterator[Refusal]:
    """D7: a text message is for urgent things, never for appeals, and leaves at once."""
    if case.wish.channel != "sms":
        return
    if case.wish.order_class == "appeal":
        yield AppealByText()
    if case.wish.urgency != "urgent":
        yield NotUrgent()
    if case.wish.not_before is not None:
        yield TextsWaitForNoDay(case.wish.not_before.isoformat())


def short_by_text(case: Case) -> Iterator[Refusal]:
    """D7: a text message is short, in each of its languages."""
    if case.wish.channel != "sms":
        return
    most = case.house.texts.max_parts
    for language, words in (case.wish.texts or {}).items():
        text = tidy(words.markdown)
        measured = measure(text)
        if not text:
            yield MissingText()
        if len(measured.parts) > most:
            foreign = " ".join(measured.foreign[:10])
            why = f"De här tecknen gör den dyrare: {foreign}" if foreign else ""
            why_en = f"These characters make it dearer: {foreign}" if foreign else ""
            yield TextTooLong(language, len(measured.parts), most, why, why_en)


RULES: tuple[Rule, ...] = (
    one_sender,
    named_person,
    recipients_are_assignments,
    text_there,
    recipients_there,
    faq_there,
    not_earlier_than_allowed,
    urgent_by_text,
    short_by_text,
)


def judge(case: Case) -> tuple[Refusal, ...]:
    """Return every rule that the order breaks: none means that it is accepted."""
    return tuple(refusal for rule in RULES for refusal in rule(case))
