"""A mail composed once, spliced many times.

Everything here is pure: what a section looks like comes from a ``Typesetter``, links from ``Links``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from html import escape
from typing import Protocol

from services.sender.domain import headers
from services.sender.domain.edition import Edition, EditionMail, LetterMail, Reader, Recipient, Section
from services.sender.domain.envelope import wire
from services.sender.domain.template import Piece, encode, encode_link, encode_value, pieces, splice
from services.sender.domain.wording import Wording, wording

BOUNDARY = b"=_onsdag"
"""Cannot stand in a part: quoted-printable writes ``=`` only before two hexadecimal digits or a line end."""

CONTENT = "content"
TEMPLATES_KEPT = 2048
SECTIONS_KEPT = 512

_PART = b"Content-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
_TEXT_PART = b"--" + BOUNDARY + b"\r\n" + _PART % b"plain"
_HTML_PART = b"\r\n--" + BOUNDARY + b"\r\n" + _PART % b"html"
_END = b"\r\n--" + BOUNDARY + b"--\r\n"
_MIME = b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="' + BOUNDARY + b'"\r\n\r\n'


@dataclass(frozen=True)
class Identity:
    """Who all mail is from (A1)."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Typeset:
    """Both parts of something, with slots; what belongs to a section ends with a line end."""

    html: str
    text: str


class Typesetter(Protocol):
    """Turns texts into both parts of a mail."""

    def section(self, section: Section, words: Wording) -> Typeset:
        """Slots: ``whom.P.html``, ``whom.P.text`` and ``link.P``, P the section's position."""
        ...

    def frame(self, edition: Edition, sections: Sequence[Section], words: Wording) -> Typeset:
        """Slots: ``greeting.html``, ``greeting.text``, ``content`` and ``all``."""
        ...

    def letter(self, mail: LetterMail, words: Wording) -> Typeset:
        """No slots."""
        ...


class Links(Protocol):
    """Unsubscribe links: ASCII, without ``=`` and what HTML would escape."""

    def organisation(self, address_hash: bytes) -> str: ...

    def section(self, address_hash: bytes, section: Section) -> str: ...


@dataclass(frozen=True, slots=True)
class _Template:
    head: bytes
    text: tuple[Piece, ...]
    html: tuple[Piece, ...]


class Composer:
    """Composes mails. Its caches are bounded, and templates share the bytes of their sections."""

    def __init__(self, identity: Identity, typesetter: Typesetter, links: Links, zone: tzinfo) -> None:
        self._identity = identity
        self._typesetter = typesetter
        self._links = links
        self._zone = zone
        self._from = headers.mailbox(identity.name, identity.address.encode())
        self._list = headers.mailbox(identity.name, b"utskick." + identity.domain.encode())
        self._template = lru_cache(TEMPLATES_KEPT)(self._compile)
        self._section = lru_cache(SECTIONS_KEPT)(self._typeset)
        self._moment = lru_cache(256)(self._write_moment)

    def edition_mail(self, mail: EditionMail, edition: Edition, sections: Sequence[Section]) -> bytes:
        """Return the message with the sections given, which may be fewer than were planned."""
        words = wording(mail.to.language)
        template = self._template(edition, tuple(sections), words.language)
        everything = self._links.organisation(mail.to.address_hash)
        values = self._values(mail, sections, words, everything)
        name = mail.readers[0].name if len(mail.readers) == 1 else ""
        unsubscribe = (
            b"List-Unsubscribe: <"
            + everything.encode()
            + b">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        )
        return b"".join(
            [
                self._fields(mail.to, name),
                unsubscribe,
                template.head,
                *splice(template.text, values),
                _HTML_PART,
                *splice(template.html, values),
                _END,
            ]
        )

    def letter_mail(self, mail: LetterMail) -> bytes:
        """Return a one-to-one message."""
        body = self._typesetter.letter(mail, wording(mail.to.language))
        return b"".join(
            [
                self._fields(mail.to, mail.letter.name),
                b"Reply-To: " + self._from + b"\r\nAuto-Submitted: auto-generated\r\n",
                b"Subject: " + headers.unstructured(mail.letter.subject) + b"\r\n",
                _MIME + _TEXT_PART,
                encode(body.text, soft=False),
                _HTML_PART,
                encode(body.html, soft=False),
                _END,
            ]
        )

    def _fields(self, to: Recipient, name: str) -> bytes:
        """Return the fields that every copy has its own of. The same for ever: the ledger fixes them."""
        return b"From: %b\r\nTo: %b\r\nDate: %b\r\nMessage-ID: <%b@%b>\r\n" % (
            self._from,
            headers.mailbox(name, wire(to.address)),
            self._moment(to.recorded_at),
            str(to.mail_id).encode(),
            self._identity.domain.encode(),
        )

    def _write_moment(self, at: datetime) -> bytes:
        return headers.moment(at.astimezone(self._zone).replace(microsecond=0))

    def _values(
        self, mail: EditionMail, sections: Sequence[Section], words: Wording, everything: str
    ) -> dict[str, bytes]:
        greeting = headers.clean(words.greet([reader.name for reader in mail.readers]))
        values = {
            "greeting.text": encode_value(greeting),
            "greeting.html": encode_value(escape(greeting)),
            "all": encode_link(everything),
        }
        links: dict[tuple[bool, str], bytes] = {}
        for section in sections:
            line = headers.clean(_whom(mail.readers, section, words))
            values[f"whom.{section.position}.text"] = encode_value(line)
            values[f"whom.{section.position}.html"] = encode_value(escape(line))
            values[f"link.{section.position}"] = self._link(mail.to.address_hash, section, links)
        return values

    def _link(self, address_hash: bytes, section: Section, known: dict[tuple[bool, str], bytes]) -> bytes:
        """Return a section's link. Sections of one unit share theirs; duty's names its order."""
        key = (section.is_duty, str(section.order_id) if section.is_duty else section.unit_id)
        if key not in known:
            known[key] = encode_link(self._links.section(address_hash, section))
        return known[key]

    def _compile(self, edition: Edition, sections: tuple[Section, ...], language: str) -> _Template:
        words = wording(language)
        frame = self._typesetter.frame(edition, sections, words)
        typeset = [self._section(section, language) for section in sections]
        subject = words.subject([section.text(language).subject for section in sections], edition.wednesday)
        return _Template(
            head=b"Subject: %b\r\nList-Id: %b\r\nX-Onsdag-Edition: %b\r\nX-Onsdag-Orders: %b\r\n"
            % (
                headers.unstructured(subject),
                self._list,
                str(edition.edition_id).encode(),
                headers.listed([str(section.order_id) for section in sections]),
            )
            + _MIME
            + _TEXT_PART,
            text=_filled(frame.text, [text for text, _ in typeset]),
            html=_filled(frame.html, [html for _, html in typeset]),
        )

    def _typeset(self, section: Section, language: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        typeset = self._typesetter.section(section, wording(language))
        return pieces(typeset.text), pieces(typeset.html)


def _whom(readers: Sequence[Reader], section: Section, words: Wording) -> str:
    people = [
        (reader.name, reader.sections[section.position])
        for reader in readers
        if section.position in reader.sections
    ]
    return words.whom(people, alone=len(readers) == 1)


def _filled(frame: str, contents: Sequence[tuple[Piece, ...]]) -> tuple[Piece, ...]:
    """Put the pieces of the sections where the frame has its ``content``."""
    around = pieces(frame)
    at = next(index for index, piece in enumerate(around) if piece.slot == CONTENT)
    inside = [piece for content in contents for piece in content]
    return (*around[:at], Piece(around[at].text, ""), *inside, *around[at + 1 :])
