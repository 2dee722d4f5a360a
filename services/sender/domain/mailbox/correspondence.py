"""What people need of a message: who wrote, about what, in which words, with what attached. Bounded."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from services.sender.domain.mailbox.addresses import addresses_in
from services.sender.domain.mailbox.decoding import printable
from services.sender.domain.mailbox.decoding import words as decoded
from services.sender.domain.mailbox.mime import Message, Part, content_type
from services.sender.domain.mailbox.own_words import own_words

MOST_ATTACHMENTS = 50
MOST_CHARACTERS = 300
MOST_WORDS = 60_000
_CHARSETS = {"utf-8", "UTF-8", "iso-8859-1", "ISO-8859-1"}
"""Those that a file's name is written in (RFC 2231 §4)."""

_AROUND = re.compile(r"<[^<>]{0,400}>|[\"']")


@dataclass(frozen=True)
class Correspondence:
    """``writer``: the address it says it is from, lower case. ``attachments``: names of files.

    ``words``: the writer's own, or what is quoted if there are none. All of it is personal, none is proved.
    """

    writer: str = ""
    name: str = ""
    subject: str = ""
    words: str = ""
    attachments: tuple[str, ...] = ()


def correspondence_of(message: Message) -> Correspondence:
    """Return what a message says to people."""
    writer = message.head.value("from")
    texts = [part.text.strip() for part in message.own("text/plain", "text/html")]
    text, _ = own_words(message, MOST_WORDS)
    return Correspondence(
        writer=next(iter(addresses_in(writer)), ""),
        name=_line(_AROUND.sub(" ", writer)),
        subject=_line(message.head.value("subject")),
        words=text or next((text for text in texts if text), "")[:MOST_WORDS],
        attachments=tuple(name for part in message.parts if (name := _file_of(part)))[:MOST_ATTACHMENTS],
    )


def _file_of(part: Part) -> str:
    """Return the name of the file that a part is, empty if it is none (RFC 2183 §2.3)."""
    if part.returned:
        return ""
    _, disposition = content_type(part.value("content-disposition"))
    named = disposition.get("filename") or part.parameters.get("name") or ""
    charset, quotes, extended = named.partition("''")
    return _line(unquote(extended, charset, "replace") if quotes and charset in _CHARSETS else decoded(named))


def _line(text: str) -> str:
    return " ".join(printable(text).split())[:MOST_CHARACTERS]
