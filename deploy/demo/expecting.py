"""What should arrive, reckoned from the input files alone: plain loops, no code or tables of the services."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

from deploy.importing.orders import OrderRequest
from deploy.importing.rows import BrokenRow, Row
from shared.addresses import is_deliverable, normalize

ZONE = ZoneInfo("Europe/Stockholm")
CUT_OFF = time(16, 0)
WEDNESDAY, FRIDAY = 2, 4


@dataclass(frozen=True)
class ExpectedOrder:
    """An accepted order, the Wednesday that it leaves on, and its place among the input orders."""

    order_id: str
    wednesday: date
    request: OrderRequest


@dataclass
class Expected:
    """Who gets what: for each Wednesday and address, each order with the names of those it is for."""

    orders: dict[str, ExpectedOrder] = field(default_factory=dict)
    mails: dict[tuple[date, str], dict[str, set[str]]] = field(default_factory=dict)


@dataclass
class _Person:
    name: str
    address: str
    refuses: bool = False
    assignments: dict[tuple[str, str, date | None], Row] = field(default_factory=dict)


@dataclass
class _Register:
    """Of everything what the first row says; of a wish not to be mailed, any row."""

    people: dict[str, _Person] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        name = f"{row.first_name} {row.last_name}".strip()
        person = self.people.setdefault(row.person_id, _Person(name, normalize(row.email)))
        person.refuses = person.refuses or row.opted_out
        if row.region:
            self.regions.setdefault(row.unit_id, row.region)
        if row.assignment_type:
            person.assignments.setdefault((row.unit_id, row.assignment_type, row.valid_from), row)


def expect(
    rows: Iterable[Row | BrokenRow],
    requests: Iterable[OrderRequest],
    accepted: Mapping[int, str],
    zone: ZoneInfo = ZONE,
) -> Expected:
    """Reckon who gets what. ``accepted`` has the order id for the positions of accepted orders."""
    register = _Register()
    for row in rows:
        if isinstance(row, Row):
            register.take(row)
    refusing = {person.address for person in register.people.values() if person.refuses}
    expected = Expected()
    for request in requests:
        if request.position in accepted:
            order = ExpectedOrder(accepted[request.position], wednesday_of(request, zone), request)
            expected.orders[order.order_id] = order
            for person in _entitled(order, register, refusing):
                mail = expected.mails.setdefault((order.wednesday, person.address), {})
                mail.setdefault(order.order_id, set()).add(person.name)
    return expected


def wednesday_of(request: OrderRequest, zone: ZoneInfo) -> date:
    """Return the Wednesday of an order (A3): of the next week if it came by Friday 16.00, else one later."""
    local = request.received_at.astimezone(zone)
    monday = local.date() - timedelta(days=local.weekday())
    friday = datetime.combine(monday + timedelta(days=FRIDAY), CUT_OFF, zone)
    wednesday = monday + timedelta(weeks=1 if local <= friday else 2, days=WEDNESDAY)
    while request.not_before and wednesday < request.not_before:
        wednesday += timedelta(weeks=1)
    closed = holidays.country_holidays("SE", include_sundays=False)
    while wednesday in closed:
        wednesday += timedelta(weeks=1)
    return wednesday


def _entitled(order: ExpectedOrder, register: _Register, refusing: set[str]) -> Iterable[_Person]:
    audience = order.request.audience
    for person in register.people.values():
        if person.address in refusing and order.request.order_class != "duty":
            continue
        for row in person.assignments.values():
            region = register.regions.get(row.unit_id, "")
            there = audience.all_units or region in audience.regions or row.unit_id in audience.units
            begun = row.valid_from is None or row.valid_from <= order.wednesday
            over = row.valid_to is not None and row.valid_to < order.wednesday
            holds = row.assignment_type in audience.assignment_types and there and begun and not over
            if holds and is_deliverable(person.address):
                yield person
                break
