"""The independent count finds what is wrong, and nothing where all is well."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from deploy.demo.expecting import Expected, expect, wednesday_of
from deploy.demo.verify import Verdict, compare
from deploy.importing.orders import OrderRequest
from deploy.importing.rows import Row
from shared.contracts.intake import Audience, SectionText
from shared.contracts.message import OrderClass

ZONE = ZoneInfo("Europe/Stockholm")
TUESDAY = datetime(2027, 2, 9, 10, 0, tzinfo=UTC)
WEDNESDAY = date(2027, 2, 17)

PAPERS = "Handlingarna till årsmötet finns nu att hämta på kretsens egna sidor."
ACCOUNTS = "Bokslutet ska vara lämnat till revisorn senast den sista februari."


@dataclass(frozen=True)
class Mail:
    recipients: tuple[str, ...]
    raw: bytes


def row(person_id: str, email: str, assignment_type: str = "ordförande", **changes: object) -> Row:
    values: dict[str, object] = {
        "line": 2, "person_id": person_id, "first_name": f"Namn{person_id}", "last_name": "Berg",
        "email": email, "phone": "", "birth_year": None, "language": "sv", "opted_out": False,
        "unit_id": "1280", "unit_name": "Malmö", "unit_kind": "krets", "region": "Skåne",
        "assignment_type": assignment_type, "valid_from": None, "valid_to": None,
    }  # fmt: skip
    return Row(**{**values, **changes})  # type: ignore[arg-type]  # values of the fields' types


def request(
    position: int,
    title: str,
    text: str,
    types: Sequence[str] = ("ordförande",),
    order_class: OrderClass = "information",
    received_at: datetime = TUESDAY,
    not_before: date | None = None,
) -> OrderRequest:
    return OrderRequest(
        position=position,
        unit_id="1280",
        ordered_by="a@example.se",
        title=title,
        order_class=order_class,
        texts={"sv": SectionText(subject=title, markdown=f"# Hej\n\n{text}\n\n- *en* lista")},
        audience=Audience(assignment_types=tuple(types), regions=("Skåne",)),
        faq="",
        not_before=not_before,
        received_at=received_at,
    )


ORDERS = [
    request(1, "Årsmöte", PAPERS, ("ordförande", "kassör"), "duty"),
    request(2, "Bokslut", ACCOUNTS, ("kassör",)),
]
IDS = {1: "one", 2: "two"}


def expected(rows: Sequence[Row], orders: Sequence[OrderRequest] = ORDERS) -> Expected:
    return expect(rows, orders, IDS, ZONE)


def who(found: Expected) -> dict[str, list[str]]:
    return {address: sorted(orders) for (_, address), orders in found.mails.items()}


def mail(to: str, order_ids: Sequence[str], texts: Sequence[str], names: str = "") -> Mail:
    message = EmailMessage()
    message["To"] = f"Någon <{to}>"
    message["X-Onsdag-Edition"] = "e1"
    message["X-Onsdag-Orders"] = ",\r\n ".join(order_ids).replace("\r\n", "")
    body = "\n\n".join([names, *texts])
    message.set_content(body)
    message.add_alternative(f"<html><body><p>{body}</p></body></html>", subtype="html")
    return Mail((to,), message.as_bytes())


BOTH = [f"Årsmöte\n\n{PAPERS}", f"Bokslut\n\n{ACCOUNTS}"]


@pytest.fixture
def world() -> Expected:
    return expected([row("1", "ada@example.se"), row("2", "bo@example.se", "kassör")])


def verdict(found: Expected, *mails: Mail) -> tuple[int, int, int]:
    result: Verdict = compare(found, mails)
    assert result.flawless == (result.missing == result.duplicates == result.wrong_sections == 0)
    assert bool(result.examples) != result.flawless
    return result.missing, result.duplicates, result.wrong_sections


ADA = mail("ada@example.se", ["one"], BOTH[:1])
BO = mail("bo@example.se", ["one", "two"], BOTH)


def test_all_is_well_when_each_got_one_mail_with_the_right_sections(world: Expected) -> None:
    assert verdict(world, ADA, BO) == (0, 0, 0)


def test_a_confirmation_is_none_of_the_edition(world: Expected) -> None:
    letter = Mail(("ada@example.se",), b"To: ada@example.se\r\nSubject: Tack\r\n\r\nHej")
    assert compare(world, [ADA, BO, letter]).mails == 2


def test_a_mail_that_did_not_come_is_missing_with_each_of_its_sections(world: Expected) -> None:
    assert verdict(world, ADA) == (2, 0, 0)


def test_a_section_that_did_not_come_is_missing(world: Expected) -> None:
    assert verdict(world, ADA, mail("bo@example.se", ["one"], BOTH[:1])) == (1, 0, 0)


def test_a_second_mail_is_a_duplicate(world: Expected) -> None:
    assert verdict(world, ADA, BO, ADA) == (0, 1, 0)


def test_two_mails_that_should_have_been_one_are_a_duplicate(world: Expected) -> None:
    split = [mail("bo@example.se", ["one"], BOTH[:1]), mail("bo@example.se", ["two"], BOTH[1:])]
    assert verdict(world, ADA, *split) == (0, 1, 0)


def test_a_section_twice_in_one_mail_is_a_duplicate(world: Expected) -> None:
    assert verdict(world, ADA, mail("bo@example.se", ["one", "two", "two"], [*BOTH, BOTH[1]])) == (0, 1, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        mail("ada@example.se", ["one"], ["Årsmöte"]),
        mail("ada@example.se", ["one"], [PAPERS]),
        mail("ada@example.se", ["one"], BOTH),
        mail("ada@example.se", ["one"], [*BOTH[:1], "Bokslut"]),
    ],
    ids=["text missing", "subject missing", "another order's text", "another order's subject"],
)
def test_a_mail_with_another_text_than_its_sections_is_wrong(world: Expected, wrong: Mail) -> None:
    assert verdict(world, wrong, BO) == (0, 0, 1)


def test_a_section_that_somebody_should_not_have_is_wrong(world: Expected) -> None:
    assert verdict(world, mail("ada@example.se", ["one", "two"], BOTH), BO) == (0, 0, 1)


def test_a_mail_to_somebody_else_is_wrong(world: Expected) -> None:
    assert verdict(world, ADA, BO, mail("eva@example.se", ["one"], BOTH[:1])) == (0, 0, 1)


def test_sections_in_another_order_than_the_header_says_are_wrong(world: Expected) -> None:
    assert verdict(world, ADA, mail("bo@example.se", ["one", "two"], BOTH[::-1])) == (0, 0, 1)


def test_an_envelope_to_another_than_the_header_says_is_wrong(world: Expected) -> None:
    assert verdict(world, Mail(("eva@example.se",), ADA.raw), ADA, BO) == (0, 0, 1)


def test_an_order_that_nobody_accepted_is_wrong(world: Expected) -> None:
    assert verdict(world, mail("ada@example.se", ["one", "nine"], BOTH[:1]), BO) == (0, 0, 1)


def test_people_at_one_address_get_one_mail_that_names_them() -> None:
    found = expected([row("1", "hem@example.se"), row("2", " Hem@Example.SE ", "kassör")])
    assert who(found) == {"hem@example.se": ["one", "two"]}
    both = ["one", "two"]
    assert verdict(found, mail("hem@example.se", both, BOTH, "Namn1 Berg och Namn2 Berg")) == (0, 0, 0)
    assert verdict(found, mail("hem@example.se", both, BOTH, "Namn1 Berg")) == (0, 0, 1)


@pytest.mark.parametrize(
    ("changes", "gets"),
    [
        ({}, True),
        ({"valid_to": WEDNESDAY}, True),
        ({"valid_to": date(2027, 2, 16)}, False),
        ({"valid_from": WEDNESDAY}, True),
        ({"valid_from": date(2027, 2, 18)}, False),
        ({"region": "Halland"}, False),
        ({"assignment_type": "revisor"}, False),
        ({"email": "saknas"}, False),
        ({"email": ""}, False),
        ({"opted_out": True}, True),
    ],
)
def test_who_is_entitled_to_a_duty_order(changes: dict[str, object], gets: bool) -> None:
    found = expected([replace(row("1", "ada@example.se"), **changes)])  # type: ignore[arg-type]  # of the fields' types
    assert bool(found.mails) == gets


def test_an_address_that_does_not_want_mailings_gets_duty_only() -> None:
    rows = [row("1", "hem@example.se", "kassör"), row("2", "hem@example.se", opted_out=True)]
    assert who(expected(rows)) == {"hem@example.se": ["one"]}


def test_the_first_row_tells_who_somebody_is_and_any_row_that_they_refuse() -> None:
    rows = [
        row("1", "first@example.se"),
        row("1", "second@example.se", "kassör", region=""),
        row("1", "first@example.se", "ledamot", opted_out=True),
    ]
    assert who(expected(rows)) == {"first@example.se": ["one"]}


def test_an_order_that_was_not_accepted_is_expected_by_nobody() -> None:
    found = expect([row("1", "ada@example.se", "kassör")], ORDERS, {2: "two"}, ZONE)
    assert who(found) == {"ada@example.se": ["two"]}


@pytest.mark.parametrize(
    ("received", "not_before", "wednesday"),
    [
        (datetime(2027, 2, 8, 0, 0, tzinfo=ZONE), None, date(2027, 2, 17)),
        (datetime(2027, 2, 12, 16, 0, tzinfo=ZONE), None, date(2027, 2, 17)),
        (datetime(2027, 2, 12, 16, 1, tzinfo=ZONE), None, date(2027, 2, 24)),
        (datetime(2027, 2, 14, 23, 59, tzinfo=ZONE), None, date(2027, 2, 24)),
        (datetime(2027, 2, 8, 9, 0, tzinfo=ZONE), date(2027, 3, 4), date(2027, 3, 10)),
        (datetime(2026, 12, 28, 9, 0, tzinfo=ZONE), None, date(2027, 1, 13)),  # Epiphany is closed
        (datetime(2026, 12, 18, 9, 0, tzinfo=ZONE), None, date(2026, 12, 23)),
    ],
)
def test_the_wednesday_is_that_of_the_rules(
    received: datetime, not_before: date | None, wednesday: date
) -> None:
    order = request(1, "T", PAPERS, received_at=received, not_before=not_before)
    assert wednesday_of(order, ZONE) == wednesday
