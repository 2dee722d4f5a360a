"""The rules that an order must keep to be accepted: A1, A3, A7, A8, A9."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.intake.domain.audience_rules import judge_audience
from services.intake.domain.calendar import CutOff, earliest_wednesday, first_wednesday_from
from services.intake.domain.orders import Wish
from services.intake.domain.refusals import (
    ForeignSender,
    MissingFaq,
    MissingRecipients,
    MissingText,
    NotANamedPerson,
    Refusal,
    UnknownOrderingUnit,
    WednesdayTooEarly,
)
from services.intake.domain.registers import HouseNames, Register


@dataclass(frozen=True)
class HouseRules:
    """The organisation's own figures."""

    shared_address: str
    desk_people: frozenset[str]
    names: HouseNames
    zone: ZoneInfo
    cut_off: CutOff


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
    if case.wish.not_before is None:
        return
    asked = first_wednesday_from(case.wish.not_before)
    earliest = earliest_wednesday(case.completed_at.astimezone(case.house.zone), case.house.cut_off)
    if asked < earliest:
        yield WednesdayTooEarly(asked, earliest)


RULES: tuple[Rule, ...] = (
    one_sender,
    named_person,
    recipients_are_assignments,
    text_there,
    recipients_there,
    faq_there,
    not_earlier_than_allowed,
)


def judge(case: Case) -> tuple[Refusal, ...]:
    """Return every rule that the order breaks: none means that it is accepted."""
    return tuple(refusal for rule in RULES for refusal in rule(case))
