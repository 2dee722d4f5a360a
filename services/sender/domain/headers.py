"""Mail header fields as bytes: encoded words (RFC 2047), folding (RFC 5322 §2.2.3), nothing injected."""

import base64
import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_ATOM_WORDS = re.compile(r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+$")
_PLAIN = re.compile(r"^[\x20-\x7e]*$")
_ENCODED_BYTES = 39
"""Octets in one encoded word: base64 makes 52 of them, the word 64, and "Subject: " before it a line of 73,
below the 76 of RFC 2047 §2."""
_FIRST_LINE = 60
"""Plain text longer than this is encoded, which folds it, rather than folded at its own spaces."""


def clean(text: str) -> str:
    """Return text without control characters and line separators, trimmed."""
    return _CONTROL.sub(" ", text).strip()


def unstructured(text: str) -> bytes:
    """Return the value of an unstructured field, such as Subject."""
    text = clean(text)
    if _PLAIN.match(text) and len(text) <= _FIRST_LINE and "=?" not in text:
        return text.encode()
    return encoded_words(text)


def encoded_words(text: str) -> bytes:
    """Return text as RFC 2047 words, one a line, none splitting a character."""
    whole = text.encode("utf-8", "replace")
    if len(whole) <= _ENCODED_BYTES:
        return _word(whole)
    words: list[bytes] = []
    chunk = b""
    for character in text:
        octets = character.encode("utf-8", "replace")
        if len(chunk) + len(octets) > _ENCODED_BYTES:
            words.append(chunk)
            chunk = b""
        chunk += octets
    words.append(chunk)
    return b"\r\n ".join(map(_word, words))


def _word(octets: bytes) -> bytes:
    return b"=?utf-8?b?" + base64.b64encode(octets) + b"?="


def mailbox(name: str, address: bytes) -> bytes:
    """Return ``name <address>``, or the address alone when there is no name."""
    name = clean(name)
    if not name:
        return b"<" + address + b">"
    if len(name) <= _FIRST_LINE and "=?" not in name:
        if _ATOM_WORDS.match(name):
            return name.encode() + b"\r\n <" + address + b">"
        if _PLAIN.match(name):
            quoted = name.replace("\\", "\\\\").replace('"', '\\"')
            return b'"' + quoted.encode() + b'"\r\n <' + address + b">"
    return encoded_words(name) + b"\r\n <" + address + b">"


def listed(values: Sequence[str]) -> bytes:
    """Return plain values separated by commas, one a line."""
    return b",\r\n ".join(clean(value).encode("ascii", "replace") for value in values)


def moment(at: datetime) -> bytes:
    """Return the value of Date (RFC 5322 §3.3)."""
    return format_datetime(at).encode()
