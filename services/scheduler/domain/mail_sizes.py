"""How large a mail will be, estimated from its texts: a mail carries each as plain text and as HTML.

The figures are those of the sender's layout, and a test compares them with mails that it composes. Bytes are
those on the wire, with texts in quoted-printable (RFC 2045 §6.7).
"""

import re
from binascii import b2a_qp
from collections.abc import Iterable, Mapping

FRAME = 3700
"""Header fields, masthead, greeting and foot."""

CONTENTS = 400
"""The list of contents, which a mail with several sections has."""

SECTION = 1780
"""A section's rule, heading, readers and link, besides its text."""

_TWICE = 2.05
_BLOCK, _LINK, _CELL = 35, 90, 125
_BLOCKS = re.compile(r"^\s*(?:[-*+]|\d+\.)\s|\n\s*\n", re.MULTILINE)
_LINKS = re.compile(r"\]\(|(?<!\()https?://")
_CELLS = re.compile(r"(?<=\S) ?\|(?!\s*-)")

_FALLBACK = ("sv", "en")
"""The languages that a reader gets when there is no text in their own."""


def section_bytes(subject: str, markdown: str) -> int:
    """Return the bytes that an order's text adds to a mail."""
    marks = (
        _BLOCK * (1 + len(_BLOCKS.findall(markdown)))
        + _LINK * len(_LINKS.findall(markdown))
        + _CELL * len(_CELLS.findall(markdown))
    )
    return SECTION + round(_TWICE * (encoded_bytes(markdown) + encoded_bytes(subject))) + marks


def mail_bytes(sections: Iterable[int]) -> int:
    """Return the bytes of a mail from those of its sections."""
    sizes = list(sections)
    return FRAME + (CONTENTS if len(sizes) > 1 else 0) + sum(sizes)


def encoded_bytes(text: str) -> int:
    """Return the length of a text in quoted-printable with CRLF line ends."""
    encoded = b2a_qp(text.encode("utf-8", "replace"), istext=True)
    return len(encoded) + encoded.count(b"\n")


def in_language(sizes: Mapping[str, int], language: str) -> int:
    """Return the bytes of the text that a reader of a language gets."""
    for choice in (language, *_FALLBACK):
        if choice in sizes:
            return sizes[choice]
    return next(iter(sizes.values()))
