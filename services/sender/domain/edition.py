"""An edition, its sections, and a mail planned to one address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


class UnknownSection(Exception):
    """A mail names a position that its edition does not have."""


@dataclass(frozen=True, slots=True)
class SectionText:
    subject: str
    markdown: str


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """One order's place in an edition. Equal only to itself, so that it can key a cache."""

    position: int
    order_id: UUID
    unit_id: str
    unit_name: str
    is_duty: bool
    texts: Mapping[str, SectionText]

    def text(self, language: str) -> SectionText:
        """Return the text in a language, else in Swedish, English or whatever there is."""
        for choice in (language, "sv", "en"):
            if choice in self.texts:
                return self.texts[choice]
        return next(iter(self.texts.values()))


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """One day's texts, ``sections`` by position. Equal only to itself, so that it can key a cache."""

    edition_id: UUID
    wednesday: date
    sections: Mapping[int, Section]


@dataclass(frozen=True, slots=True)
class Reader:
    """A person at the address: for which sections, and there in which roles."""

    name: str
    sections: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Letter:
    """A one-to-one mail.

    One that passes an answer on has whom to answer, the orders of the mail that was answered, and the number
    of the message that goes along.
    """

    name: str
    subject: str
    markdown: str
    answer_to: str = ""
    orders: Sequence[str] = ()
    attached: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """What the ledger knows of a mail, apart from its text. ``recorded_at`` is its Date for ever."""

    mail_id: UUID
    address: str
    address_hash: bytes
    language: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class EditionMail:
    """A mail of an edition."""

    to: Recipient
    edition_id: UUID
    readers: tuple[Reader, ...]

    def sections_of(self, edition: Edition) -> tuple[Section, ...]:
        """Return its sections in order; raises UnknownSection."""
        positions = {position for reader in self.readers for position in reader.sections}
        unknown = positions - edition.sections.keys()
        if unknown:
            raise UnknownSection(f"the edition has no section {min(unknown)}")
        return tuple(edition.sections[position] for position in sorted(positions))


@dataclass(frozen=True, slots=True)
class LetterMail:
    """A one-to-one mail in the ledger."""

    to: Recipient
    letter: Letter


Mail = EditionMail | LetterMail
