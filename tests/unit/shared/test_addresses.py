"""Addresses: one spelling, and the hash that stands for it."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from shared.addresses import address_hash, is_deliverable, normalize, takes_answers


@pytest.mark.parametrize(
    ("written", "normal"),
    [("  Asa.Oberg@Example.SE ", "asa.oberg@example.se"), ("A\u030asa@example.se", "åsa@example.se")],
)
def test_two_spellings_of_a_mailbox_are_one(written: str, normal: str) -> None:
    assert normalize(written) == normal
    assert address_hash(b"k", written) == address_hash(b"k", normal)


@given(st.text())
def test_normalizing_twice_changes_nothing_more(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@pytest.mark.parametrize("address", ["a@example.se", "åsa@exämple.se", "first.last+tag@sub.example.org"])
def test_what_can_be_written_to(address: str) -> None:
    assert is_deliverable(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "saknas",
        "a@",
        "@example.se",
        "a b@example.se",
        "a@example",
        "a@b@example.se",
        "a@example.se\r\nBcc: x@example.se",
        "a" * 250 + "@example.se",
        "a@exa mple.se",
        "a@example..se",
    ],
)
def test_what_can_not_be_written_to(address: str) -> None:
    assert not is_deliverable(address)


def test_another_key_gives_another_hash() -> None:
    assert address_hash(b"one", "a@example.se") != address_hash(b"two", "a@example.se")


@given(st.emails() | st.from_regex(r"[a-z0-9._+-]{1,70}@[a-z0-9.-]{1,80}", fullmatch=True))
def test_the_short_way_says_what_the_library_says(address: str) -> None:
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        assert not is_deliverable(address)
    else:
        assert is_deliverable(address)


@pytest.mark.parametrize(
    "address",
    ["noreply@example.org", "no-reply+abc@example.org", "do_not_reply@example.org", "ej.svar@example.se",
     "svara-inte@example.se", "mailer-daemon@example.org", "kurs.noreply@example.se", "bounces@example.org"],
)  # fmt: skip
def test_nobody_reads_what_is_sent_to_a_machine(address: str) -> None:
    assert not takes_answers(address)


@pytest.mark.parametrize(
    "address", ["nora.reply@example.org", "asa.lind@example.se", "ejsa@example.se", "svar@example.se", "x"]
)
def test_a_person_is_no_machine_for_a_name_that_looks_like_one(address: str) -> None:
    assert takes_answers(address)
