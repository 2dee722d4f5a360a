"""A page's words, and how a reader's language is chosen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["sv", "en", "da", "no"]
Moment = Literal[
    "ask_organisation",
    "ask_unit",
    "stopped_organisation",
    "stopped_unit",
    "back",
    "kept",
    "duty",
    "disputed",
    "unknown",
]

_CODES: Mapping[str, Language] = {"sv": "sv", "en": "en", "da": "da", "no": "no", "nb": "no", "nn": "no"}
_CHOICE = re.compile(r"\s*([A-Za-z]{2})(?:-[\w-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?")


@dataclass(frozen=True)
class Words:
    """A page: a heading, a paragraph or two, and the label of its one button, if it has one.

    ``{organisation}`` stands for the organisation's name.
    """

    heading: str
    paragraphs: tuple[str, ...]
    button: str = ""


def language_of(accept_language: str) -> Language:
    """Return the reader's language: the first of ours by weight (RFC 9110 §12.5.4), else Swedish."""
    best: tuple[float, Language] = (0.0, "sv")
    for part in accept_language.split(",")[:20]:
        match = _CHOICE.fullmatch(part)
        code = _CODES.get(match[1].lower()) if match else None
        if match and code and float(match[2] or 1) > best[0]:
            best = (float(match[2] or 1), code)
    return best[1]
