"""What a text wants of its reader: an answer, or a mailing (A5)."""

import re

from services.sender.domain.mailbox.patterns import any_of

MARK = re.compile(r"\w\W?\?(?!\S)")
"""A question mark at the end of something, not within a link."""

_WORDS = any_of(
    "undrar",
    "jag har en fråga",
    "fråga om",
    "kan (ni|du|i)",
    "hur gör",
    "hvordan",
    "wonder",
    "could you",
    "can you",
    "please let me know",
    before=r"\b",
    after=r"\b",
)
_LINE = any_of(
    "mottagare",
    "ämne(srad)?",
    "målgrupp",
    "utskicksda(tum|g)",
    "önskat datum",
    "datum för utskick",
    "faq",
    "beställare",
    "(avsändande|beställande) enhet",
    "uppdrag",
    "recipients",
    "subject line",
    "audience",
    "mailing date",
    "ordered by",
    "modtagere",
    "mottakere",
    before=r"^\W{0,4}",
    after=r"\s*:",
)
LINES_OF_AN_ORDER = 2


def question_in(text: str) -> re.Match[str] | None:
    """Return where a text asks something, None if nowhere."""
    return MARK.search(text) or _WORDS.search(text)


def order_lines(text: str) -> list[str]:
    """Return the lines in which an order says what it wants, empty if they are too few for one."""
    found = list(dict.fromkeys(line[0].strip() for line in _LINE.finditer(text)))
    return found if len(found) >= LINES_OF_AN_ORDER else []
