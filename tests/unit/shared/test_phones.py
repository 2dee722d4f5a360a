"""Numbers as E.164, and who can receive texts."""

import pytest

from shared.phones import phone_hash, read_phone


@pytest.mark.parametrize(
    "written", ["070-174 06 05", "0046 70 174 06 05", "+46701740605", "(070) 1740605", "+46 (0)70 174 06 05"]
)
def test_one_number_however_it_is_written(written: str) -> None:
    phone = read_phone(written, "SE")
    assert phone is not None
    assert (phone.e164, phone.country, phone.zones, phone.mobile) == (
        "+46701740605",
        "SE",
        ("Europe/Stockholm",),
        True,
    )


@pytest.mark.parametrize(
    "written",
    [
        "",
        "112",
        "070-174",
        "info@example.org",
        "070-174 06 05 ankn. 3",
        "+999 1234567",
        "0701-ABC 605",
        "070-174 O6 05",
        "O70-174 06 05",
        "070-174 06 05 mobil",
        "070-174 06 05x",
    ],
)
def test_what_is_no_number_is_none(written: str) -> None:
    assert read_phone(written, "SE") is None


def test_a_landline_cannot_receive_texts() -> None:
    phone = read_phone("08-465 004 00", "SE")
    assert phone is not None
    assert not phone.mobile


def test_a_number_without_country_belongs_to_the_organisations() -> None:
    danish, norwegian = read_phone("20 12 34 56", "DK"), read_phone("406 12 345", "NO")
    assert danish is not None
    assert norwegian is not None
    assert (danish.e164, norwegian.e164) == ("+4520123456", "+4740612345")


def test_hash_is_that_of_the_number_and_not_of_its_spelling() -> None:
    secret = b"k" * 32
    first, second = read_phone("070-174 06 05", "SE"), read_phone("+46701740605", "DK")
    assert first is not None
    assert second is not None
    assert phone_hash(secret, first.e164) == phone_hash(secret, second.e164)
    assert len(phone_hash(secret, first.e164)) == 32
