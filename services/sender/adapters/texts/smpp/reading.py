"""Reading PDUs (SMPP 3.4 §3.2, §4.6): whatever an SMSC sends, a known part is read and the rest is let be."""

import struct
from dataclasses import dataclass

from services.sender.domain.texts.receipts import read_receipt
from services.sender.domain.texts.reports import Heard, Reply
from shared.texting import decode

HEADER = struct.Struct("!IIII")
LARGEST = 70_000
"""Octets of a PDU: a message_payload of 64 KiB and what surrounds it."""

DELIVER_SM = 0x00000005
UNBIND = 0x00000006
ENQUIRE_LINK = 0x00000015
IS_RESPONSE = 0x80000000

_RECEIPTED_MESSAGE_ID = 0x001E
_MESSAGE_PAYLOAD = 0x0424
_MESSAGE_STATE = 0x0427
_KIND, _HAS_HEADER = 0x3C, 0x40
_RECEIPTS = frozenset({0x04, 0x20})
"""esm_class (§5.2.12): delivery receipt, intermediate notification."""
_INTERNATIONAL = 1
"""Type of a number (§5.2.5). One of another type stands as its network writes it."""
_UCS2, _LATIN = 8, frozenset({1, 3})


class Unreadable(Exception):
    """A PDU that is not one."""


@dataclass(frozen=True)
class Pdu:
    """``status`` is 0 for success (§5.1.3)."""

    command: int
    status: int
    sequence: int
    body: bytes

    @property
    def is_response(self) -> bool:
        return bool(self.command & IS_RESPONSE)

    def first_string(self) -> str:
        """Return the C-octet string at the start: the message id of a submit_sm_resp."""
        return self.body.partition(b"\0")[0].decode("ascii", "replace")


class _Body:
    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 0

    def string(self) -> str:
        end = self._raw.find(b"\0", self._at)
        if end < 0:
            raise Unreadable("a string without its end")
        found = self._raw[self._at : end].decode("latin-1")
        self._at = end + 1
        return found

    def octet(self) -> int:
        return self.take(1)[0]

    def take(self, length: int) -> bytes:
        found = self._raw[self._at : self._at + length]
        if len(found) < length:
            raise Unreadable("shorter than it says")
        self._at += length
        return found

    def parameters(self) -> dict[int, bytes]:
        """Return the optional parameters that are whole."""
        found = {}
        while self._at + 4 <= len(self._raw):
            tag, length = struct.unpack("!HH", self.take(4))
            found[tag] = self._raw[self._at : self._at + length]
            self._at += length
        return found


def read_deliver(pdu: Pdu) -> Heard | None:
    """Return what a deliver_sm brings: a receipt or a reply; None for one that says nothing to us.

    Raises Unreadable.
    """
    body = _Body(pdu.body)
    body.string()
    international = body.take(2)[0] == _INTERNATIONAL
    sender = body.string()
    body.take(2)
    body.string()
    kind = body.octet()
    body.take(2)
    body.string(), body.string()
    body.take(2)
    coding = body.octet()
    body.take(1)
    words = body.take(body.octet())
    more = body.parameters()
    words = words or more.get(_MESSAGE_PAYLOAD, b"")
    if kind & _HAS_HEADER and words:
        words = words[words[0] + 1 :]
    text = _text(words, coding)
    if kind & _KIND in _RECEIPTS or _RECEIPTED_MESSAGE_ID in more:
        reference = more.get(_RECEIPTED_MESSAGE_ID, b"").rstrip(b"\0").decode("ascii", "replace")
        state = more.get(_MESSAGE_STATE, b"")
        return read_receipt(text, reference or None, state[0] if state else None)
    return Reply(f"+{sender}" if international and not sender.startswith("+") else sender, text)


def _text(words: bytes, coding: int) -> str:
    if coding == _UCS2:
        return decode(words, "ucs2")
    return words.decode("latin-1") if coding in _LATIN else decode(words, "gsm7")
