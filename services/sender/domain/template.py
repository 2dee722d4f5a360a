"""A byte template: text encoded as quoted-printable once, with slots that are spliced in for each recipient.

A slot stands in the text as its name between two private-use characters, which are taken out of
everything that comes from outside (``without_marks``). Each stretch between slots and each value begins on
a line of its own in the encoding (a soft line break ends it), so that no line grows over 76 (RFC 2045 §6.7).
"""

import re
from binascii import b2a_qp
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

OPEN, CLOSE = "\ue000", "\ue001"
_SLOT = re.compile(f"{OPEN}([a-z0-9_.]+){CLOSE}")
_MARKS = re.compile(f"[{OPEN}{CLOSE}]")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SOFT = b"=\r\n"
_LONGEST = 76
"""Octets of a line, the ``=`` of a soft line break among them (RFC 2045 §6.7)."""


def slot(name: str) -> str:
    """Return the mark of a slot, to be put into a text."""
    return f"{OPEN}{name}{CLOSE}"


def without_marks(text: str) -> str:
    """Return text from outside without slot marks and control characters, its line ends as LF."""
    return _NOT_TEXT.sub("", _MARKS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


@dataclass(frozen=True, slots=True)
class Piece:
    """Encoded text, and the slot that follows it ("" when none does)."""

    text: bytes
    slot: str


def pieces(text: str) -> tuple[Piece, ...]:
    """Cut a text at its slots and encode what lies between."""
    parts = _SLOT.split(text)
    texts, slots = parts[0::2], [*parts[1::2], ""]
    return tuple(Piece(encode(each, soft=bool(name)), name) for each, name in zip(texts, slots, strict=True))


def encode(text: str, *, soft: bool) -> bytes:
    """Encode text that begins a line. ``soft``: end it with a soft line break unless a line ends there."""
    if not text:
        return b""
    encoded = b2a_qp(text.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")
    return _continued(encoded) if soft and not encoded.endswith(b"\r\n") else encoded


def encode_value(text: str) -> bytes:
    """Encode the value of a slot, which holds no line break."""
    encoded = b2a_qp(text.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")
    return _continued(encoded) if encoded else b""


def _continued(encoded: bytes) -> bytes:
    """End the last line with a soft line break. A full one gives its last character to a line of its own."""
    if len(encoded) - encoded.rfind(b"\n") - 1 < _LONGEST:
        return encoded + _SOFT
    last = 3 if encoded[-3:-2] == b"=" else 1
    return encoded[:-last] + _SOFT + encoded[-last:] + _SOFT


def encode_link(url: str) -> bytes:
    """Encode a URL of ASCII without ``=``: faster than ``encode_value``, and the same."""
    return b"".join(url[at : at + 72].encode() + _SOFT for at in range(0, len(url), 72))


def splice(template: Iterable[Piece], values: Mapping[str, bytes]) -> list[bytes]:
    """Return the parts of a text with its slots filled. Raises KeyError for a slot without a value."""
    parts: list[bytes] = []
    for piece in template:
        parts.append(piece.text)
        if piece.slot:
            parts.append(values[piece.slot])
    return parts
