"""A mail composed once, spliced many times.

Everything here is pure: what a section looks like comes from a ``Typesetter``, links from ``Links``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache
from html import escape
from typing import Protocol
from uuid import UUID

from services.sender.domain import headers
from services.sender.domain.attaching import with_attached
from services.sender.domain.edition import Edition, EditionMail, LetterMail, Reader, Recipient, Section
from services.sender.domain.envelope import Unwritable, ascii_of, wire
from services.sender.domain.forms import Form, fitting
from services.sender.domain.message import MessageTemplate, filled, message, size_of
from services.sender.domain.template import Piece, encode, encode_link, encode_value, pieces
from services.sender.domain.wording import Wording, wording

TEMPLATES_KEPT = 2048
SECTIONS_KEPT = 1536
_UNSUBSCRIBE = b"List-Unsubscribe: <%b>,\r\n <%b>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
ROOM_STEP = 1024
"""Bytes. Mails that are too large share templates when what is personal in them differs by less."""


@dataclass(frozen=True)
class Identity:
    """Who all mail is from (A1). The name is one line, whatever the setting holds; ``octets``: the address as
    every relay takes it."""

    name: str
    address: str
    octets: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", headers.clean(self.name))
        object.__setattr__(self, "octets", ascii_of(self.address))
        if not self.octets:
            raise Unwritable(f"not every relay takes mail from {self.address!r}")

    @property
    def domain(self) -> str:
        """That of our Message-IDs, lists and signatures."""
        return self.octets.decode().rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Typeset:
    """Both parts of something, with slots; what belongs to a section ends with a line end."""

    html: str
    text: str


class Typesetter(Protocol):
    """Turns texts into both parts of a mail."""

    def section(self, section: Section, words: Wording, form: Form, web: str) -> Typeset:
        """Slots: ``whom.P.html``, ``whom.P.text`` and ``link.P``, P the section's position.

        ``web`` is where the whole text stands, for a section in a shorter form.
        """
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

    def by_mail(self, mail_id: UUID) -> str:
        """The address to write to, for programs that do not follow links (RFC 2369 §3.2)."""
        ...

    def web(self, edition_id: UUID, section: Section, language: str) -> str:
        """Where anybody can read the section's whole text."""
        ...


class Composer:
    """Composes mails. Its caches are bounded, and templates share the bytes of their sections."""

    def __init__(
        self, identity: Identity, typesetter: Typesetter, links: Links, zone: tzinfo, *, limit: int
    ) -> None:
        """``limit``: bytes of a mail above which its longest sections become teasers."""
        self._limit = limit
        self._identity = identity
        self._typesetter = typesetter
        self._links = links
        self._zone = zone
        self._from = headers.mailbox(identity.name, identity.octets)
        self._domain = identity.domain.encode()
        self._list = headers.mailbox(identity.name, b"utskick." + self._domain)
        self._template = lru_cache(TEMPLATES_KEPT)(self._compile)
        self._shorter = lru_cache(TEMPLATES_KEPT)(self._compile_within)
        self._section = lru_cache(SECTIONS_KEPT)(self._typeset)
        self._moment = lru_cache(256)(self._write_moment)

    def edition_mail(self, mail: EditionMail, edition: Edition, sections: Sequence[Section]) -> bytes:
        """Return the message with the sections given, which may be fewer than were planned."""
        words = wording(mail.to.language)
        shown = tuple(sections)
        template = self._template(edition, shown, words.language)
        everything = self._links.organisation(mail.to.address_hash)
        values = self._values(mail, sections, words, everything)
        name = mail.readers[0].name if len(mail.readers) == 1 else ""
        unsubscribe = _UNSUBSCRIBE % (everything.encode(), self._links.by_mail(mail.to.mail_id).encode())
        fields = self._fields(mail.to, name) + unsubscribe
        whole = template.write(fields, values)
        if len(whole) <= self._limit:
            return whole
        personal = len(whole) - template.size
        room = (self._limit - personal) // ROOM_STEP * ROOM_STEP
        return self._shorter(edition, shown, words.language, room).write(fields, values)

    def letter_mail(self, mail: LetterMail, original: bytes = b"") -> bytes:
        """Return a one-to-one message. ``original``: a message that goes along.

        One that is too long goes as text alone. Who cannot be answered by every relay is answered through us.
        """
        letter = mail.letter
        body = self._typesetter.letter(mail, wording(mail.to.language))
        elsewhere = ascii_of(letter.answer_to)
        fields = (
            self._fields(mail.to, letter.name)
            + b"Reply-To: "
            + (headers.mailbox("", elsewhere) if elsewhere else self._from)
            + b"\r\nAuto-Submitted: auto-generated\r\nSubject: "
            + headers.unstructured(letter.subject)
            + (b"\r\nX-Onsdag-Orders: " + headers.listed(letter.orders) if letter.orders else b"")
            + b"\r\n"
        )
        text, html = encode(body.text, soft=False), encode(body.html, soft=False)
        html = html if len(html) <= self._limit else b""
        return with_attached(fields, text, html, original) if original else message(fields, text, html)

    def _fields(self, to: Recipient, name: str) -> bytes:
        """Return the fields that every copy has its own of. The same for ever: the ledger fixes them."""
        return b"From: %b\r\nTo: %b\r\nDate: %b\r\nMessage-ID: <%b@%b>\r\n" % (
            self._from,
            headers.mailbox(name, wire(to.address)),
            self._moment(to.recorded_at),
            str(to.mail_id).encode(),
            self._domain,
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

    def _compile_within(
        self, edition: Edition, sections: tuple[Section, ...], language: str, room: int
    ) -> MessageTemplate:
        """Compile with as many sections whole as ``room`` bytes allow."""
        sizes = [
            {
                form: sum(map(size_of, self._section(edition.edition_id, each, language, form)))
                for form in Form
            }
            for each in sections
        ]
        around = self._template(edition, sections, language).size - sum(each[Form.FULL] for each in sizes)
        return self._compile(edition, sections, language, fitting(sizes, room - around))

    def _compile(
        self, edition: Edition, sections: tuple[Section, ...], language: str, forms: Sequence[Form] = ()
    ) -> MessageTemplate:
        words = wording(language)
        frame = self._typesetter.frame(edition, sections, words)
        typeset = [
            self._section(edition.edition_id, section, language, form)
            for section, form in zip(sections, forms or [Form.FULL] * len(sections), strict=True)
        ]
        subject = words.subject([section.text(language).subject for section in sections], edition.wednesday)
        return MessageTemplate(
            head=b"Subject: %b\r\nList-Id: %b\r\nX-Onsdag-Edition: %b\r\nX-Onsdag-Orders: %b\r\n"
            % (
                headers.unstructured(subject),
                self._list,
                str(edition.edition_id).encode(),
                headers.listed([str(section.order_id) for section in sections]),
            ),
            text=filled(frame.text, [text for text, _ in typeset]),
            html=filled(frame.html, [html for _, html in typeset]),
        )

    def _typeset(
        self, edition_id: UUID, section: Section, language: str, form: Form
    ) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        web = self._links.web(edition_id, section, language)
        typeset = self._typesetter.section(section, wording(language), form, web)
        return pieces(typeset.text), pieces(typeset.html)


def _whom(readers: Sequence[Reader], section: Section, words: Wording) -> str:
    people = [
        (reader.name, reader.sections[section.position])
        for reader in readers
        if section.position in reader.sections
    ]
    return words.whom(people, alone=len(readers) == 1)
