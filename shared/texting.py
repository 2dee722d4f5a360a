"""What a text message costs in parts: its alphabet, its length and where it is cut (3GPP TS 23.038, 23.040).

A text in the GSM 7-bit alphabet holds 160 septets, or 153 in each of several parts; one with any other
character is sent as UCS-2 (in practice UTF-16): 70 code units, or 67 in each part. A character of the
extension table takes two septets and one outside the basic plane two code units; neither pair is ever cut.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["gsm7", "ucs2"]

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet in the order of its codes (TS 23.038 §6.2.1); 0x1B is the escape."""

ESCAPE = 0x1B
EXTENSION = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
"""What follows the escape (TS 23.038 §6.2.1.1)."""

_CODES = {character: code for code, character in enumerate(BASIC) if code != ESCAPE}
_WHOLE: dict[Encoding, int] = {"gsm7": 160, "ucs2": 70}
_PART: dict[Encoding, int] = {"gsm7": 153, "ucs2": 67}


@dataclass(frozen=True)
class Measured:
    """A text as it would be sent. ``units`` are septets or UTF-16 code units; ``room`` is what is left in
    the last part; ``foreign`` are the characters that are not in the GSM alphabet, each once, in order."""

    encoding: Encoding
    units: int
    parts: tuple[str, ...]
    room: int
    foreign: tuple[str, ...]


def tidy(text: str) -> str:
    """Return a text without what no phone shows: control characters but line feeds, and space around it.

    Letters are composed (NFC): an ``å`` of two characters, as some programs write it, is not in the alphabet.
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c == "\n" or (c >= " " and c != "\x7f") else " " for c in lines).strip()


def measure(text: str) -> Measured:
    """Return how a text is sent. An empty text is one empty part."""
    foreign = tuple(dict.fromkeys(c for c in text if c not in _CODES and c not in EXTENSION))
    encoding: Encoding = "ucs2" if foreign else "gsm7"
    units = sum(_width(c, encoding) for c in text)
    if units <= _WHOLE[encoding]:
        return Measured(encoding, units, (text,), _WHOLE[encoding] - units, foreign)
    parts = tuple(_cut(text, encoding))
    room = _PART[encoding] - sum(_width(c, encoding) for c in parts[-1])
    return Measured(encoding, units, parts, room, foreign)


def encode(part: str, encoding: Encoding) -> bytes:
    """Return the bytes of a part: a septet an octet, or UTF-16 in network order."""
    if encoding == "ucs2":
        return part.encode("utf-16-be")
    return b"".join(bytes((_CODES[c],)) if c in _CODES else bytes((ESCAPE, EXTENSION[c])) for c in part)


def decode(raw: bytes, encoding: Encoding) -> str:
    """Return the text of bytes; what cannot be read becomes U+FFFD."""
    if encoding == "ucs2":
        return raw.decode("utf-16-be", "replace")
    known = {code: character for character, code in EXTENSION.items()}
    found, escaped = [], False
    for code in raw:
        if escaped:
            found.append(known.get(code, "\ufffd"))
        elif code != ESCAPE:
            found.append(BASIC[code] if code < len(BASIC) else "\ufffd")
        escaped = code == ESCAPE and not escaped
    return "".join(found)


def _width(character: str, encoding: Encoding) -> int:
    if encoding == "gsm7":
        return 2 if character in EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _cut(text: str, encoding: Encoding) -> Iterator[str]:
    start = used = 0
    for position, character in enumerate(text):
        width = _width(character, encoding)
        if used + width > _PART[encoding]:
            yield text[start:position]
            start, used = position, 0
        used += width
    yield text[start:]
