"""SMPP receipts as SMSCs write them, and answers that say no."""

import pytest

from services.sender.domain.texts.receipts import read_receipt, same_name
from services.sender.domain.texts.reports import Said, wants_no_more


@pytest.mark.parametrize(
    ("words", "reference", "said"),
    [
        (
            "id:0123456789 sub:001 dlvrd:001 submit date:2702170900 stat:DELIVRD err:000 text:Hej",
            "0123456789",
            Said.DELIVERED,
        ),
        (
            "id:7f3a sub:1 dlvrd:0 submit date:270217090000 done date:270217090105 stat:EXPIRED err:0A1",
            "7f3a",
            Said.FAILED,
        ),
        ("ID:77 STAT:UNDELIV ERR:69", "77", Said.FAILED),
        ("id: 4711 stat: delivered", "4711", Said.DELIVERED),
        ("id:a-b.c_d status:REJECTD", "a-b.c_d", Said.FAILED),
        ("stat:ACCEPTD id:12", "12", Said.SENT),
        ("id:12 stat:UNKNOWN", "12", Said.SENT),
        ("id:12 stat:DELIVRD text:id:99 stat:UNDELIV", "12", Said.DELIVERED),
    ],
)
def test_receipts_in_many_spellings(words: str, reference: str, said: Said) -> None:
    found = read_receipt(words, None, None)
    assert found is not None
    assert (found.reference, found.said) == (reference, said)


def test_parameters_go_before_the_text_and_stand_alone() -> None:
    both = read_receipt("id:12 stat:ENROUTE", "34", 2)
    alone = read_receipt("", "34", 5)
    assert both is not None
    assert alone is not None
    assert (both.reference, both.said) == ("34", Said.DELIVERED)
    assert (alone.reference, alone.said) == ("34", Said.FAILED)


@pytest.mark.parametrize(
    "words", ["", "id:12", "stat:DELIVRD", "id:12 stat:PURPLE", "hej hej", "text:id:1 stat:DELIVRD"]
)
def test_a_receipt_that_names_nothing_or_says_nothing_is_none(words: str) -> None:
    assert read_receipt(words, None, None) is None


def test_an_id_in_two_bases_is_one_id() -> None:
    assert same_name("1A2B", 16) == same_name("6699", 10) == "6699"
    assert same_name("0006699", 10) == "6699"
    assert same_name(" C0FFEE-1 ", 10) == "c0ffee-1"
    assert same_name("1_0", 10) == "1_0"


@pytest.mark.parametrize("text", ["STOPP", "stop", " Stopp! ", "Sluta skicka", "stop\nHälsningar Åsa", "END"])
def test_answers_that_say_no(text: str) -> None:
    assert wants_no_more(text)


@pytest.mark.parametrize(
    "text", ["", "Tack!", "Kan ni stoppa in mig på listan?", "Nej, jag kan inte komma", "stopp " * 20]
)
def test_answers_that_do_not(text: str) -> None:
    assert not wants_no_more(text)
