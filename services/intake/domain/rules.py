"""The rules that an order must keep to be accepted: A1, A3, A7, A8, A9."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from services.intake.domain.calendar import CutOff, earliest_wednesday, first_wednesday_from
from services.intake.domain.orders import Audience, Wish
from services.intake.domain.refusals import (
    AddressesAsRecipients,
    ForeignSender,
    MissingFaq,
    MissingRecipients,
    MissingText,
    NotANamedPerson,
    Refusal,
    UnclearRecipients,
    UnknownAssignmentType,
    UnknownEarlierOrder,
    UnknownOrderingUnit,
    UnknownRegion,
    UnknownUnit,
    WednesdayTooEarly,
)


@dataclass(frozen=True)
class HouseRules:
    """The organisation's own figures. No ``assignment_types`` means that every name is one."""

    shared_address: str
    desk_people: frozenset[str]
    assignment_types: frozenset[str]
    zone: ZoneInfo
    cut_off: CutOff


@dataclass(frozen=True)
class KnownUnit:
    """A unit of the register. ``named_people`` are normalized addresses (A9)."""

    unit_id: str
    name: str
    region: str
    closed: bool
    named_people: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Register:
    """What is known of units when an order is judged."""

    units: Mapping[str, KnownUnit]
    left: Mapping[str, str] = field(default_factory=dict)
    """The ordering unit of each order named that has been sent or stopped."""

    def open_unit(self, unit_id: str) -> KnownUnit | None:
        unit = self.units.get(unit_id)
        return None if unit is None or unit.closed else unit

    def has_region(self, region: str) -> bool:
        return any(unit.region == region for unit in self.units.values() if not unit.closed)


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
    audience = case.wish.audience
    if audience is None:
        return
    given = (*audience.assignment_types, *audience.regions, *audience.units)
    addresses = sorted({*audience.other, *(name for name in given if "@" in name)})
    if addresses:
        yield AddressesAsRecipients(", ".join(addresses))
    elif audience.recipients_of and not audience.assignment_types and not _scopes(audience):
        yield from _not_left(audience, case)
    elif audience.recipients_of or not audience.assignment_types or _scopes(audience) != 1:
        yield UnclearRecipients()
    else:
        yield from _unknown(audience, case)


def _scopes(audience: Audience) -> int:
    return sum((audience.all_units, bool(audience.regions), bool(audience.units)))


def _not_left(audience: Audience, case: Case) -> Iterator[Refusal]:
    for order_id in audience.recipients_of:
        if case.register.left.get(order_id) != case.wish.unit_id:
            yield UnknownEarlierOrder(order_id)


def _unknown(audience: Audience, case: Case) -> Iterator[Refusal]:
    allowed = case.house.assignment_types
    for name in audience.assignment_types:
        if allowed and name not in allowed:
            yield UnknownAssignmentType(name)
    for region in audience.regions:
        if not case.register.has_region(region):
            yield UnknownRegion(region)
    for unit_id in audience.units:
        if case.register.open_unit(unit_id) is None:
            yield UnknownUnit(unit_id)


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
