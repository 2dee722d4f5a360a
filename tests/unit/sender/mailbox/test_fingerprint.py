"""A message is known again, and no other is taken for it."""

import pytest

from services.sender.domain.mailbox.fingerprint import MOST_OCTETS, fingerprint
from tests.unit.sender.mailbox.samples import VERDICTS, sample

ORDER = (
    b"From: eva@example.se\r\nTo: info@example.org\r\nSubject: Best\xc3\xa4llning:\r\n Kurs\r\n"
    b"Date: Wed, 3 Feb 2027 08:00:00 +0100\r\nMessage-ID: <1@example.se>\r\n\r\nHej\r\n"
)
WITHOUT_A_NUMBER = b"From: eva@example.se\r\nSubject: Hej\r\n\r\nHej\r\n"


@pytest.mark.parametrize(
    "copy",
    [
        b"Return-Path: <eva@example.se>\r\nDelivered-To: info@example.org\r\n" + ORDER,
        b"Received: from mx.example.se\r\n by mail.example.org\r\nX-Spam: no\r\n" + ORDER,
        ORDER.replace(b"\r\n", b"\n"),
        ORDER.replace(b":\r\n Kurs", b": Kurs") + b"\r\n",
    ],
)
def test_a_copy_is_known_again_whatever_servers_write_above_it(copy: bytes) -> None:
    assert fingerprint(copy) == fingerprint(ORDER)


@pytest.mark.parametrize(
    "other",
    [
        ORDER.replace(b"<1@", b"<2@"),
        ORDER.replace(b"Hej", b"Hej igen"),
        ORDER.replace(b"08:00", b"08:01"),
        ORDER.replace(b"Kurs", b"Resa"),
    ],
)
def test_another_message_is_another(other: bytes) -> None:
    assert fingerprint(other) != fingerprint(ORDER)


def test_what_has_neither_number_nor_date_is_known_by_all_of_it() -> None:
    delivered = b"Delivered-To: a@example.org\r\n" + WITHOUT_A_NUMBER
    assert fingerprint(delivered) != fingerprint(WITHOUT_A_NUMBER)
    assert fingerprint(b"Subject: a\r\r") != fingerprint(b"Subject: b\r\r")


def test_only_the_beginning_counts_as_only_that_is_fetched() -> None:
    long = ORDER + b"x" * MOST_OCTETS
    assert fingerprint(long + b"y") == fingerprint(long + b"z")


def test_no_two_samples_are_the_same() -> None:
    assert len({fingerprint(sample(name)) for name in VERDICTS}) == len(VERDICTS)
