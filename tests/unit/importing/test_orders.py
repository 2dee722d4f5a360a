"""Reading a file of orders."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deploy.importing.failures import UnreadableFile
from deploy.importing.orders import OrderRequest, OrdersFile, read_orders
from deploy.importing.register import RegisterNames
from tests.unit.importing.exports import export_of, person, text

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = datetime(2027, 2, 8, 7, 0, tzinfo=UTC)

FULL = """
- unit: Upplands Väsby
  ordered_by: Åsa Öberg
  title: Årsmöteshandlingar
  class: duty
  text:
    sv: {subject: Handlingar till årsmötet, markdown: "# Hej\\n\\nHandlingarna finns här."}
    en: The papers are here.
  audience: {assignment_types: [Ordförande, kassör], regions: [Skåne, Halland]}
  faq: När är mötet? Den 20 mars.
  not_before: 2027-02-24
  received_at: 2027-02-08 09:12
  sender: Asa@Example.se
"""


@pytest.fixture
def names(tmp_path: Path) -> RegisterNames:
    rows = [person("1"), person("2", unit_id="0115"), person("3", unit_id="0117")]
    rows[1][8] = rows[2][8] = "Samma namn"
    return RegisterNames.of(export_of(tmp_path, text(rows)).rows())


def orders_in(tmp_path: Path, names: RegisterNames, content: str, suffix: str = ".yaml") -> OrdersFile:
    path = tmp_path / f"orders{suffix}"
    path.write_text(content, encoding="utf-8")
    return read_orders(path, names, STOCKHOLM, NOW)


def only(found: OrdersFile) -> OrderRequest:
    assert found.broken == ()
    (order,) = found.orders
    return order


def test_every_field_of_an_order_is_read(tmp_path: Path, names: RegisterNames) -> None:
    order = only(orders_in(tmp_path, names, FULL))
    assert (order.position, order.unit_id, order.ordered_by) == (1, "0114", "asa@example.se")
    assert (order.title, order.order_class) == ("Årsmöteshandlingar", "duty")
    assert order.texts["sv"].subject == "Handlingar till årsmötet"
    assert (order.texts["en"].subject, order.texts["en"].markdown) == (
        "Årsmöteshandlingar",
        "The papers are here.",
    )
    assert order.audience.assignment_types == ("ordförande", "kassör")
    assert order.audience.regions == ("Skåne", "Halland")
    assert order.faq == "När är mötet? Den 20 mars."
    assert order.not_before == date(2027, 2, 24)
    assert order.received_at == datetime(2027, 2, 8, 8, 12, tzinfo=UTC)
    assert order.sender == "asa@example.se"


SHORT = "{unit: 0114, ordered_by: a@example.se, title: T, text: Hej., audience: %s}"
EVERYWHERE = "{assignment_types: [kassör], all: true}"


def test_what_need_not_be_said(tmp_path: Path, names: RegisterNames) -> None:
    order = only(orders_in(tmp_path, names, f"- {SHORT % EVERYWHERE}"))
    assert (order.order_class, order.faq, order.not_before, order.sender) == ("information", "", None, None)
    assert order.received_at == NOW
    assert (list(order.texts), order.texts["sv"].subject) == (["sv"], "T")
    assert order.audience.all_units


def test_a_unit_that_looks_like_a_number_keeps_its_zero(tmp_path: Path, names: RegisterNames) -> None:
    order = only(orders_in(tmp_path, names, f"- {SHORT % '{assignment_types: kassör, units: [0114, 0115]}'}"))
    assert (order.unit_id, order.audience.units) == ("0114", ("0114", "0115"))


def test_a_moment_with_its_offset_is_not_local_time(tmp_path: Path, names: RegisterNames) -> None:
    content = f"- {SHORT % EVERYWHERE}".replace(
        "title: T", "title: T, received_at: '2027-02-08T09:12:00+00:00'"
    )
    assert only(orders_in(tmp_path, names, content)).received_at == datetime(2027, 2, 8, 9, 12, tzinfo=UTC)


def test_json_says_the_same_as_yaml(tmp_path: Path, names: RegisterNames) -> None:
    entry = {
        "unit": "0114",
        "ordered_by": "Åsa Öberg <Asa@example.se>",
        "title": "T",
        "text": {"subject": "S", "markdown": "M"},
        "audience": {"assignment_types": ["kassör"], "all": True},
        "faq": None,
    }
    order = only(orders_in(tmp_path, names, json.dumps([entry]), ".json"))
    assert (order.ordered_by, order.texts["sv"].subject, order.faq) == ("asa@example.se", "S", "")


def test_an_unknown_unit_is_left_to_intake(tmp_path: Path, names: RegisterNames) -> None:
    order = only(orders_in(tmp_path, names, f"- {SHORT % EVERYWHERE}".replace("0114", "Ankeborg")))
    assert order.unit_id == "Ankeborg"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("unit: 0114, ", ""), "unit is missing"),
        (("unit: 0114", "unit: Samma namn"), "'Samma namn' is the name of several units: 0115, 0117"),
        (("title: T", "title: ''"), "title is missing"),
        (("text: Hej.", "text: ''"), "text is missing"),
        (("text: Hej.", "text: {fi: Hei}"), "text has the language 'fi'"),
        (("title: T", "title: T, class: urgent"), "class is 'urgent'"),
        (("title: T", "title: T, received_at: igår"), "Invalid isoformat string: 'igår'"),
        (("title: T", "title: T, recipients: a@example.se"), "an order has recipients; it can have"),
        (("all: true", "all: true, units: [0114]"), "exactly one of all units, regions, units or own branch"),
        (("all: true", "addresses: [a@example.se]"), "audience has addresses; it can have"),
        (("[kassör]", "[]"), "exactly one of assignment types, members or recipients"),
        (("all: true", "all: perhaps"), "all is 'perhaps'"),
    ],
)
def test_a_broken_order_is_told_with_its_place_and_reason_and_the_others_are_read(
    tmp_path: Path, names: RegisterNames, change: tuple[str, str], reason: str
) -> None:
    good = f"- {SHORT % EVERYWHERE}"
    found = orders_in(tmp_path, names, f"{good}\n{good.replace(*change)}\n{good}")
    assert [order.position for order in found.orders] == [1, 3]
    ((position, given),) = [(broken.position, broken.reason) for broken in found.broken]
    assert position == 2
    assert reason in given


@pytest.mark.parametrize("content", ["unit: 0114", "- a: b: c", ""])
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, names: RegisterNames, content: str) -> None:
    with pytest.raises(UnreadableFile):
        orders_in(tmp_path, names, content)
