"""What newcomers (C2) and member contacts (C1) read."""

from datetime import date
from typing import Any

import pytest

from services.onboarding.domain.letters import Days, HouseTexts, contact_mail, newcomer_letter
from services.onboarding.domain.newcomers import Contact, Newcomer
from services.onboarding.domain.wording import WORDINGS
from shared.contracts.message import Language
from shared.contracts.sender import SendMessage

DAYS = Days(date(2026, 11, 23), date(2026, 11, 30), date(2027, 1, 18), date(2027, 2, 1))
ASA = Contact("Åsa Lind", "asa.lind@example.org")
HOUSE = HouseTexts(
    "Hjälpen",
    {"sv": "Introduktion den 5 december.", "da": "Introduktion den 6. december."},
    {"sv": "Skriv under [uppropet](https://onsdag.example.org/upprop)."},
    "sv",
)
LANGUAGES: list[Language] = ["sv", "en", "da", "no"]


def newcomer(**changes: Any) -> Newcomer:
    given = {
        "person_id": "p77",
        "first_name": "Anna",
        "last_name": "Ek",
        "email": "anna.ek@example.org",
        "phone": "+46701740605",
        "language": "sv",
        "wishes": "Läxhjälp.\nHelst på kvällar.",
    }
    return Newcomer(**(given | changes))


@pytest.mark.parametrize(
    ("language", "subject", "greeting", "day"),
    [
        ("sv", "Välkommen till Lund!", "Hej Anna!", "30 november 2026"),
        ("en", "Welcome to Lund!", "Hello Anna,", "30 November 2026"),
        ("da", "Velkommen til Lund!", "Hej Anna!", "30. november 2026"),
        ("no", "Velkommen til Lund!", "Hei Anna!", "30. november 2026"),
    ],
)
def test_C2_the_letter_speaks_the_newcomers_language(
    language: Language, subject: str, greeting: str, day: str
) -> None:
    mail = newcomer_letter(newcomer(language=language), "Lund", ASA, DAYS, HOUSE)
    assert mail.subject == subject
    assert mail.markdown.startswith(f"{greeting}\n\n")
    assert day in mail.markdown
    assert "**Lund**" in mail.markdown
    assert "Åsa Lind, asa\\.lind\\@example\\.org" in mail.markdown


def test_C2_trainings_and_the_action_are_the_organisations_own_words() -> None:
    swedish = newcomer_letter(newcomer(), "Lund", ASA, DAYS, HOUSE).markdown
    assert "Introduktion den 5 december." in swedish
    assert "[uppropet](https://onsdag.example.org/upprop)" in swedish
    danish = newcomer_letter(newcomer(language="da"), "Lund", ASA, DAYS, HOUSE).markdown
    assert "6. december" in danish
    assert "5 december" not in danish
    assert "[uppropet]" in danish, "a text that is missing in Danish is given in Swedish"


def test_a_letter_without_trainings_action_contact_and_unit_is_still_a_letter() -> None:
    house = HouseTexts("Hjälpen", {}, {}, "sv")
    mail = newcomer_letter(newcomer(first_name=""), None, None, DAYS, house)
    assert mail.subject == "Välkommen till Hjälpen!"
    assert mail.markdown.startswith("Hej!\n\n")
    assert "svara på det här mejlet" in mail.markdown
    assert "utbildningar" not in mail.markdown


@pytest.mark.parametrize("language", LANGUAGES)
def test_C1_the_member_contact_learns_who_and_what_by_when(language: Language) -> None:
    house = HouseTexts("Hjälpen", {}, {}, language)
    mail = contact_mail(newcomer(), "Lund", ASA, DAYS, house)
    for known in ("Anna Ek", "anna\\.ek\\@example\\.org", "\\+46701740605", "> Läxhjälp", "> Helst på kv"):
        assert known in mail.markdown
    words = WORDINGS[language]
    for day in ("30", "18", "1"):
        assert any(f"{day}{dot} {words.months[m]}" in mail.markdown for dot in ("", ".") for m in (0, 1, 10))


def test_what_a_newcomer_left_out_is_said_to_be_missing() -> None:
    mail = contact_mail(newcomer(phone=None, wishes="  "), "Lund", ASA, DAYS, HOUSE)
    assert "- Telefon: saknas" in mail.markdown
    assert "skriver personen själv" not in mail.markdown


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_place_is_left_unfilled_and_every_mail_can_be_sent(language: Language) -> None:
    house = HouseTexts("Hjälpen", {}, {}, language)
    person = newcomer(language=language, first_name="{name}", wishes="{call} {0}", last_name="{x.y}")
    letter = newcomer_letter(person, "L{place}und\r\nBcc: x@example.org", ASA, DAYS, house)
    contact = contact_mail(person, "Lund", ASA, DAYS, house)
    assert "{" not in letter.markdown.replace(r"L\{place\}und", "")
    for mail in (letter, contact):
        SendMessage(
            key="k",
            to="a@example.org",
            subject=mail.subject,
            markdown=mail.markdown,
            purpose="newcomer-letter",
        )


def test_a_stranger_cannot_write_in_our_name() -> None:
    person = newcomer(first_name="Du har vunnit! https://evil.example.org")
    mail = newcomer_letter(person, "Lund", ASA, DAYS, HOUSE)
    assert mail.markdown.startswith("Hej!\n\n")
    assert "vunnit" not in mail.markdown
