"""What the writer of a message wrote, without what is quoted; and whether it answers something."""

import re
from itertools import takewhile

from services.sender.domain.mailbox import limits
from services.sender.domain.mailbox.mime import Field, Message, Part
from services.sender.domain.mailbox.verdict import Evidence

_ANSWER = re.compile(r"^(re|sv|vs|aw|ang|antw)\s*:", re.IGNORECASE)
_QUOTE = re.compile(
    r"^\s{0,4}(>|-{2,}\s{0,4}(original|ursprung|forwarded|vidarebefordrat|oprindelig|opprinnelig)|_{10,}|"
    r"\*?(från|from|fra|von)\*?:\s|den .{5,90} skrev\b|.{5,90} skrev:\s*$|"
    r".{0,40}\d{1,2}[:.]\d{2}.{0,20} (skrev|schrieb) .{1,120}:\s*$|on .{5,120} wrote:)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^-- ?$|^\s*(skickat från min|sent from my|hämta outlook|get outlook)", re.IGNORECASE
)
MOST_CHARACTERS = 8_000
CHARACTERS_IN_A_LINE = 40
"""So that a text of empty lines is not looked through for long."""


def is_answer(message: Message) -> Field | None:
    """Return the field that shows that something is answered, None if nothing is."""
    found = message.head.first("in-reply-to") or message.head.first("references")
    subject = message.head.first("subject")
    return found or (subject if subject and _ANSWER.match(subject.value) else None)


def own_words(message: Message, most: int = MOST_CHARACTERS) -> tuple[str, Part | None]:
    """Return the writer's own lines, of the first ``most`` characters, and the part they stand in."""
    for part in [*message.own("text/plain"), *message.own("text/html")][:3]:
        lines = part.text[:most].split("\n")[: most // CHARACTERS_IN_A_LINE]
        if text := _above(lines) or _above(_below(lines)):
            return text, part
    return "", None


def _above(lines: list[str]) -> str:
    """Return what stands above a quotation or a signature."""
    written = takewhile(lambda line: not _QUOTE.match(line) and not _SIGNATURE.match(line), lines)
    return "\n".join(written).strip()


def _below(lines: list[str]) -> list[str]:
    """Return what stands below the quoted lines and an empty one; without that it may be their rest."""
    last = max((at for at, line in enumerate(lines) if line.startswith(">")), default=len(lines))
    below = lines[last + 1 :]
    return below if below and not below[0].strip() else []


def of_field(found: Field, says: str) -> Evidence:
    """Return a header field of the message as evidence."""
    return Evidence("0", found.name.title(), found.line, found.value[: limits.EVIDENCE_CHARACTERS], says)


def of_text(part: Part, text: str, says: str) -> Evidence:
    """Return words of a part as evidence."""
    words = " ".join(text.split())[: limits.EVIDENCE_CHARACTERS]
    index = next((at for at, line in enumerate(part.text.split("\n")) if text[:40] in line), 0)
    return Evidence(part.number, "text", part.line_of(index), words, says)
