"""The register that ships with the project, and larger ones."""

import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deploy.importing.events import MAILING_TYPES
from deploy.importing.orders import OrdersFile, read_orders
from deploy.importing.reading import open_export
from deploy.importing.register import RegisterNames
from deploy.importing.rows import BrokenRow, Row
from deploy.importing.run import ImportRequest, run_import
from deploy.register.generate import make_register
from deploy.register.orders import write_orders
from deploy.register.shipped import CRM_EXPORT, ORDERS, shipped_rows
from deploy.register.units import all_units, municipalities
from deploy.register.writing import write_register
from shared.addresses import is_deliverable, normalize
from shared.clock import FixedClock

MONDAY = datetime(2027, 2, 8, 7, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Stockholm")

COUNTIES = {
    "Blekinge": 5, "Dalarna": 15, "Gotland": 1, "Gävleborg": 10, "Halland": 6, "Jämtland": 8, "Jönköping": 13,
    "Kalmar": 12, "Kronoberg": 8, "Norrbotten": 14, "Skåne": 33, "Stockholm": 26, "Södermanland": 9,
    "Uppsala": 8, "Värmland": 16, "Västerbotten": 15, "Västernorrland": 7, "Västmanland": 10,
    "Västra Götaland": 49, "Örebro": 12, "Östergötland": 13,
}  # fmt: skip
"""Municipalities in each county, as Statistics Sweden counts them."""


def rows_of(path: Path) -> list[Row]:
    return [row for row in open_export(path).rows() if isinstance(row, Row)]


@pytest.fixture(scope="module")
def shipped() -> list[Row]:
    return rows_of(CRM_EXPORT)


@pytest.fixture(scope="module")
def orders(shipped: list[Row]) -> OrdersFile:
    return read_orders(ORDERS, RegisterNames.of(shipped), ZONE, MONDAY)


def test_the_municipalities_are_the_290_in_their_21_counties() -> None:
    assert Counter(entry.region for entry in municipalities()) == COUNTIES
    assert len({entry.code for entry in municipalities()}) == 290
    assert all(re.fullmatch(r"\d{4}", entry.code) for entry in municipalities())
    assert all(entry.code.startswith(entry.county_code) for entry in municipalities())
    assert len(all_units()) == 290 + 21 + 1


def test_the_shipped_export_can_be_made_again_to_the_byte(tmp_path: Path) -> None:
    write_register(tmp_path / "again.csv", shipped_rows())
    assert (tmp_path / "again.csv").read_bytes() == CRM_EXPORT.read_bytes()


def test_the_shipped_export_looks_as_excel_leaves_it(shipped: list[Row]) -> None:
    raw = CRM_EXPORT.read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode()
    assert raw.startswith("Person-id;Förnamn;Efternamn;".encode("cp1252"))
    assert raw.endswith(b"\r\n" + b";" * 14 + b"\r\n")
    assert any("(kvällstid)" in row.phone for row in shipped)
    assert any(row.unit_id == "0114" for row in shipped)


def test_the_shipped_export_has_three_rows_that_are_refused() -> None:
    broken = [row.reason for row in open_export(CRM_EXPORT).rows() if isinstance(row, BrokenRow)]
    assert [reason.split(":")[0] for reason in broken] == [
        "valid_from",
        "valid_to 2025-03-31 is before valid_from 2026-03-22",
        "person_id is missing",
    ]


def test_the_shipped_register_has_the_size_that_was_asked_for() -> None:
    summary = run_import(ImportRequest(CRM_EXPORT, dry_run=True), "", FixedClock(MONDAY))
    assert (summary.persons, summary.units) == (6000, 312)
    assert 8_800 <= summary.assignments <= 9_400
    assert summary.named_people >= 312
    assert summary.without_address >= 200
    assert summary.broken_addresses >= 80
    assert summary.opted_out >= 100


def test_some_share_an_address_and_some_hold_several_assignments(shipped: list[Row]) -> None:
    people = defaultdict(set)
    assignments = Counter(row.person_id for row in shipped)
    for row in shipped:
        if row.email:
            people[normalize(row.email)].add(row.person_id)
    assert sum(len(sharing) > 1 for sharing in people.values()) > 100
    assert sum(count > 2 for count in assignments.values()) > 300
    assert sum(not row.assignment_type for row in shipped) > 50
    assert len({row.assignment_type for row in shipped} - {""}) >= 12


def test_some_assignments_end_or_begin_on_the_wednesday_itself(shipped: list[Row]) -> None:
    ends = {row.valid_to for row in shipped}
    begins = {row.valid_from for row in shipped}
    assert {date(2027, 2, 16), date(2027, 2, 17)} <= ends
    assert {date(2027, 2, 17), date(2027, 2, 18)} & begins


def test_every_unit_has_a_named_person_who_can_be_reached(shipped: list[Row]) -> None:
    named = {
        row.unit_id
        for row in shipped
        if row.assignment_type in MAILING_TYPES and is_deliverable(normalize(row.email))
    }
    assert named == {unit.unit_id for unit in all_units()}


def test_nobody_real_can_be_reached(shipped: list[Row]) -> None:
    domains = {
        row.email.rpartition("@")[2].lower() for row in shipped if is_deliverable(normalize(row.email))
    }
    phones = {row.phone.split(" (")[0] for row in shipped} - {""}
    assert domains
    assert all(re.fullmatch(r"(\w+\.)?example\.(se|org)", domain) for domain in domains)
    assert all(re.fullmatch(r"070-174 06 (0[5-9]|[1-9]\d)|08-465 004 \d\d", phone) for phone in phones)


@pytest.mark.parametrize("people", [1, 10, 400, 2500])
def test_a_register_of_any_size_has_exactly_so_many_people(people: int) -> None:
    assert len({row.person_id for row in make_register(people, 1)}) == people


def test_another_seed_gives_another_register() -> None:
    assert list(make_register(50, 1)) == list(make_register(50, 1))
    assert list(make_register(50, 1)) != list(make_register(50, 2))


def test_the_shipped_orders_are_those_of_a_real_week(orders: OrdersFile) -> None:
    assert orders.broken == ()
    assert len(orders.orders) == 8
    days = {order.received_at.astimezone(ZONE).date() for order in orders.orders}
    assert min(days) == date(2027, 2, 8)
    assert max(days) == date(2027, 2, 12)
    late = [order for order in orders.orders if order.received_at > datetime(2027, 2, 12, 15, 0, tzinfo=UTC)]
    assert [order.title for order in late] == ["Nya riktlinjer för besöksverksamheten"]
    assert sum(not order.faq for order in orders.orders) == 1
    assert sum(order.sender is not None for order in orders.orders) == 1
    assert sum("en" in order.texts for order in orders.orders) == 2
    assert {order.order_class for order in orders.orders} == {"duty", "information", "appeal"}
    assert len({order.unit_id for order in orders.orders}) == 5


def test_the_shipped_orders_come_from_named_people_of_their_units(
    orders: OrdersFile, shipped: list[Row]
) -> None:
    named = {(row.unit_id, normalize(row.email)) for row in shipped if row.assignment_type in MAILING_TYPES}
    assert {(order.unit_id, order.ordered_by) for order in orders.orders} <= named


def test_the_shipped_texts_have_the_length_of_real_ones(orders: OrdersFile) -> None:
    for order in orders.orders:
        assert 300 <= len(order.texts["sv"].markdown.split()) <= 900, order.title
        assert "## " in order.texts["sv"].markdown
        assert "](https://example.org/" in order.texts["sv"].markdown


def test_generated_orders_can_all_be_placed(tmp_path: Path) -> None:
    export, path = tmp_path / "export.csv", tmp_path / "orders.yaml"
    write_register(export, make_register(3000, 5))
    rows = rows_of(export)
    write_orders(path, rows, 20, 5)
    found = read_orders(path, RegisterNames.of(rows), ZONE, MONDAY)
    assert found.broken == ()
    assert len({order.title for order in found.orders}) == 20
    named = {(row.unit_id, normalize(row.email)) for row in rows if row.assignment_type in MAILING_TYPES}
    assert {(order.unit_id, order.ordered_by) for order in found.orders} <= named
    assert all(
        MONDAY <= order.received_at <= datetime(2027, 2, 12, 15, 0, tzinfo=UTC) for order in found.orders
    )
    assert all(order.faq for order in found.orders)


def test_generated_orders_overlap_and_differ_in_size(tmp_path: Path) -> None:
    export, path = tmp_path / "export.csv", tmp_path / "orders.yaml"
    write_register(export, make_register(3000, 5))
    rows = rows_of(export)
    write_orders(path, rows, 20, 5)
    sizes = []
    for order in read_orders(path, RegisterNames.of(rows), ZONE, MONDAY).orders:
        audience = order.audience
        sizes.append(
            len(
                {
                    row.person_id
                    for row in rows
                    if row.assignment_type in audience.assignment_types
                    and (audience.all_units or row.region in audience.regions)
                }
            )
        )
    assert 2.5 * 3000 <= sum(sizes) <= 4.5 * 3000
    assert max(sizes) > 5 * min(sizes)
