"""The sentences of a notice: paragraphs up to where the returned mail begins, and which give a reason."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.sender.domain.mailbox.addresses import addresses_in
from services.sender.domain.mailbox.codes import codes_in
from services.sender.domain.mailbox.mime import Message, Part
from services.sender.domain.mailbox.phrases import judge_words

_ORIGINAL = re.compile(
    r"^\W{0,12}(below this line is (the original|a copy)|original message (follows|headers?|"
    r"header information)|"
    r"this is a copy of (the|your) message|original message|ursprungligt meddelande|"
    r"ursprungligt meddelandehuvud|"
    r"original message headers|ursprungliga meddelandehuvuden|returned message|unsent message|"
    r"message headers? follow|"
    r"below is a copy|the body of the message is|here is a copy|kopia av meddelandet|"
    r"oprindelig(e)? meddelelse)",
    re.IGNORECASE,
)
_OF_THE_MAIL = re.compile(
    r"^\s{0,12}(to|from|cc|subject|sent|date|till|från|ämne|kopia|skickat|datum|return-path|"
    r"received)\s?:",
    re.IGNORECASE,
)
"""Lines of notices that repeat the head of the mail."""

PARAGRAPHS = 200
LONGEST_PARAGRAPH = 1_500


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together; ``line`` is the first in the message."""

    part: str
    line: int
    text: str

    def speaks_of(self, recipient: str | None) -> bool:
        """Whether it has an enhanced code, or names the recipient's domain: our own words, quoted, do not."""
        named = recipient is not None and recipient.rpartition("@")[2] in self.text.lower()
        return named or bool(codes_in(self.text).enhanced)


def reasons(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs that give a reason: those with codes, else with an address, else with words."""
    with_words = [each for each in paragraphs if judge_words(each.text)]
    return with_codes(paragraphs) or [each for each in with_words if addresses_in(each.text)] or with_words


def with_codes(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs in which a server's code stands."""
    return [each for each in paragraphs if codes_in(each.text).shown]


def paragraphs_of(message: Message) -> list[Paragraph]:
    """Return the paragraphs of the notice, up to where the returned mail begins."""
    for part in [*message.own("text/plain"), *message.own("text/html")][:3]:
        found = list(_split(part))
        if found:
            return found[:PARAGRAPHS]
    return []


def _split(part: Part) -> Iterator[Paragraph]:
    lines: list[str] = []
    began = 0
    for index, line in enumerate(part.text.split("\n")):
        if _ORIGINAL.match(line):
            break
        if not line.strip():
            if lines:
                yield _paragraph(part, began, lines)
            lines = []
        elif not _OF_THE_MAIL.match(line):
            began = began if lines else index
            lines.append(line)
    if lines:
        yield _paragraph(part, began, lines)


def _paragraph(part: Part, began: int, lines: list[str]) -> Paragraph:
    text = " ".join(" ".join(lines).split())[:LONGEST_PARAGRAPH]
    return Paragraph(part.number, part.line_of(began), text)
