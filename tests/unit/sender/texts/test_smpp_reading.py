"""Messages of an SMSC, octet by octet."""

import pytest

from services.sender.adapters.texts.smpp.reading import DELIVER_SM, Pdu, read_deliver
from services.sender.domain.texts.reports import Reply
from shared.phones import read_phone

INTERNATIONAL, NATIONAL, UNKNOWN = 1, 2, 0


def deliver(sender: str, type_of_number: int, text: bytes = b"STOPP") -> Pdu:
    source = bytes([type_of_number, 1]) + sender.encode() + b"\0"
    body = b"\0" + source + b"\1\1" + b"46700000000\0" + b"\0\0\0" + b"\0\0" + b"\0\0" + b"\3\0"
    return Pdu(DELIVER_SM, 0, 1, body + bytes([len(text)]) + text)


@pytest.mark.parametrize(
    ("sender", "type_of_number"),
    [
        ("46701740605", INTERNATIONAL),
        ("+46701740605", INTERNATIONAL),
        ("0701740605", NATIONAL),
        ("701740605", NATIONAL),
        ("46701740605", UNKNOWN),
    ],
)
def test_who_answers_is_known_however_the_network_writes_the_number(sender: str, type_of_number: int) -> None:
    heard = read_deliver(deliver(sender, type_of_number))
    assert isinstance(heard, Reply)
    assert heard.text == "STOPP"
    phone = read_phone(heard.sender, "SE") or read_phone(f"+{heard.sender}", "SE")
    assert phone is not None
    assert phone.e164 == "+46701740605"
