"""An order by mail (A5): what it says in lines that we know, and nothing guessed."""

from dataclasses import replace
from datetime import date

import pytest

from services.intake.domain.audiences import Audience
from services.intake.domain.order_mail import UNTITLED, Known, OrderMail, wish_of
from services.intake.domain.orders import Faq, SectionText
from services.intake.domain.registers import KnownUnit

UNITS = (
    KnownUnit("1280", "Malmö", "Skåne län", closed=False),
    KnownUnit("1281", "Lund", "Skåne län", closed=False),
    KnownUnit("0180", "Stockholm", "Stockholms län", closed=False),
    KnownUnit("0999", "Nedlagda", "Skåne län", closed=True),
)
KNOWN = Known({unit.unit_id: unit for unit in UNITS}, ("1281",), frozenset())
MAIL = OrderMail("asa.lind@example.org", "Åsa Lind", "Beställning: Kurs i krisstöd", "Hej!")


def test_a_whole_order_is_read() -> None:
    text = (
        "Beställande enhet: Malmö\nMottagare: ordförande och sekreterare i Skåne län\n"
        "Önskat datum: 2027-02-17\nFAQ: Anmälan senast den 1 mars.\n\n"
        "Välkommen till kursen.\n\nTa med: en vän"
    )
    wish = wish_of(replace(MAIL, text=text), KNOWN)
    assert (wish.unit_id, wish.ordered_by, wish.title) == ("1280", MAIL.writer, "Kurs i krisstöd")
    assert wish.audience == Audience(("ordförande", "sekreterare"), regions=("Skåne län",))
    assert wish.faq == Faq(text="Anmälan senast den 1 mars.")
    assert wish.not_before == date(2027, 2, 17)
    assert wish.texts == {"sv": SectionText(wish.title, "Välkommen till kursen.\n\nTa med: en vän")}


@pytest.mark.parametrize(
    ("said", "audience"),
    [
        ("ordförande i alla kretsar", Audience(("ordförande",), all_units=True)),
        ("Ordförande, kassör i Lund och Malmö", Audience(("ordförande", "kassör"), units=("1281", "1280"))),
        ("kassörer i Stockholms län", Audience(("kassörer",), regions=("Stockholms län",))),
        ("alla som var med", None),
        ("ordförande i Nedlagda", None),
        ("ordförande i Lund och Ingenstans", None),
        ("asa@example.org, bo@example.org", None),
    ],
)
def test_recipients_are_assignments_in_units_or_stay_unclear(said: str, audience: Audience | None) -> None:
    wish = wish_of(replace(MAIL, text=f"Mottagare: {said}\n\nHej!"), KNOWN)
    assert wish.audience == audience
    assert wish.texts is not None
    assert (f"Mottagare: {said}" in wish.texts["sv"].markdown) is (audience is None)


def test_an_assignment_that_does_not_exist_makes_the_recipients_unclear() -> None:
    known = replace(KNOWN, assignment_types=frozenset({"ordförande"}))
    assert wish_of(replace(MAIL, text="Mottagare: trollkarl i Lund"), known).audience is None


@pytest.mark.parametrize("said", ["bifogas", "se bilaga", "Kommer i morgon"])
def test_a_faq_that_is_promised_is_none(said: str) -> None:
    wish = wish_of(replace(MAIL, text=f"FAQ: {said}"), KNOWN)
    assert wish.faq is None
    assert wish.texts is not None
    assert said in wish.texts["sv"].markdown


def test_a_faq_can_be_a_link() -> None:
    wish = wish_of(replace(MAIL, text="FAQ: se https://example.org/faq"), KNOWN)
    assert wish.faq == Faq(link="https://example.org/faq")


@pytest.mark.parametrize(
    ("own", "said", "unit"),
    [
        (("1281",), "", "1281"),
        (("1280", "1281"), "", ""),
        (("1280", "1281"), "Beställande enhet: Lund\n", "1281"),
        ((), "Beställande enhet: lund.\n", "1281"),
        ((), "", ""),
        ((), "Beställande enhet: Ingenstans\n", ""),
    ],
)
def test_the_unit_is_the_one_named_or_the_only_one_of_the_writer(
    own: tuple[str, ...], said: str, unit: str
) -> None:
    assert wish_of(replace(MAIL, text=said), replace(KNOWN, own=own)).unit_id == unit


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("VB: Beställning av utskick: Årsmöte", "Årsmöte"),
        ("Beställning av utskick vecka 8", "Beställning av utskick vecka 8"),
        ("Beställning:", "Beställning:"),
        ("", UNTITLED),
        ("x" * 300, "x" * 250),
    ],
)
def test_the_title_is_the_subject_without_what_says_that_it_is_an_order(subject: str, title: str) -> None:
    assert wish_of(replace(MAIL, subject=subject), KNOWN).title == title


def test_a_mail_without_a_word_is_a_draft_too() -> None:
    wish = wish_of(OrderMail("asa.lind@example.org", "", "", ""), KNOWN)
    assert (wish.texts, wish.audience, wish.faq) == (None, None, None)
