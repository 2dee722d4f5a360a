"""What stands in a mail that no orderer wrote."""

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.sender.letters import IDENTITY, compose, edition, parse, part, reader, section

SECTIONS = (section(1), section(2, subject="Läger"), section(3, subject="Kurs"))


@pytest.mark.parametrize(
    ("language", "mailing", "lead", "day"),
    [
        ("sv", "Extra utskick", "Extra utskick från", "18 februari"),
        ("en", "Extra mailing", "Extra mailing from", "18 February"),
        ("da", "Ekstra udsendelse", "Ekstra udsendelse fra", "18. februar"),
        ("no", "Ekstra utsendelse", "Ekstra utsendelse fra", "18. februar"),
    ],
)
def test_an_extra_edition_does_not_say_that_it_is_wednesday(
    language: str, mailing: str, lead: str, day: str
) -> None:
    thursday = replace(edition(*SECTIONS), wednesday=date(2027, 2, 18))
    message = parse(compose(thursday, reader("Åsa Lind", 1, 2, 3), language=language))
    assert message["Subject"].startswith(f"{mailing} {day}: ")
    for kind in ("plain", "html"):
        assert f"{lead} {IDENTITY.name}, {day}: 3 " in " ".join(part(message, kind).split())


def test_of_somebody_without_a_name_only_the_roles_are_said() -> None:
    readers = reader("Åsa Lind", 1), reader("", 1, role="kassör, Lund")
    text = part(parse(compose(edition(section(1)), *readers)), "plain")
    assert "Till Åsa Lind (ordförande, Malmö) och kassör, Lund\n" in text


def test_of_very_many_readers_some_are_named_and_the_others_counted() -> None:
    roles = tuple(f"revisor, Krets {number}" for number in range(300))
    many = [reader(f"Läsare {number}", 1, 2) for number in range(299)]
    whole = edition(section(1), section(2))
    message = parse(compose(whole, replace(reader("Åsa Lind", 1, 2), sections={1: roles, 2: roles}), *many))
    text = part(message, "plain")
    assert "Åsa Lind (revisor, Krets 0; " in text
    assert " 281 till), Läsare 0 (" in text
    assert text.count("och 281 till") == 3, "greeted, and for each section"
    assert "Läsare 17" in text
    assert "Läsare 18" not in text
