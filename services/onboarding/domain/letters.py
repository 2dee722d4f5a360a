"""The standard letter to a newcomer (C2) and the mail to the member contact (C1), in four languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.onboarding.domain.newcomers import Contact, Newcomer
from services.onboarding.domain.plain_words import mail_address, name, plain, quoted, subject_line, unlinked
from services.onboarding.domain.wording import WORDINGS, Wording, written
from shared.contracts.message import Language


@dataclass(frozen=True)
class Mail:
    """A mail to one person: a subject and Markdown."""

    subject: str
    markdown: str


@dataclass(frozen=True)
class HouseTexts:
    """What the organisation itself says: its name, and Markdown by language."""

    organisation: str
    trainings: Mapping[Language, str]
    action: Mapping[Language, str]
    contact_language: Language


@dataclass(frozen=True)
class Days:
    """The last local days of what the mails promise."""

    registered: date
    call: date
    follow_up_from: date
    follow_up: date


def newcomer_letter(
    newcomer: Newcomer, unit: str | None, contact: Contact | None, days: Days, house: HouseTexts
) -> Mail:
    """Return the letter (C2). Without a unit it speaks of the organisation."""
    words = WORDINGS[newcomer.language]
    place = unit or house.organisation
    first_name = name(newcomer.first_name)
    trainings = _in(newcomer.language, house.trainings)
    action = _in(newcomer.language, house.action)
    parts = [
        words.greeting.format(name=plain(first_name)) if first_name else words.greeting_nobody,
        words.thanks.format(place=f"**{unlinked(place)}**"),
        words.call_promise.format(day=written(days.call, words)),
        words.your_contact.format(contact=_contact(contact)) if contact else words.no_contact,
        f"**{words.trainings}**\n\n{trainings}" if trainings else "",
        f"**{words.action}**\n\n{action}" if action else "",
        f"{words.regards}\\\n{plain(house.organisation)}",
    ]
    return Mail(subject_line(words.subject.format(place=place)), _body(parts))


def contact_mail(newcomer: Newcomer, unit: str, contact: Contact, days: Days, house: HouseTexts) -> Mail:
    """Return the mail that tells the member contact of a newcomer (C1), and what is expected by when."""
    words = WORDINGS[house.contact_language]
    known = name(contact.name)
    parts = [
        words.greeting.format(name=plain(known)) if known else words.greeting_nobody,
        words.new_person.format(place=f"**{unlinked(unit)}**", day=written(days.registered, words)),
        _details(newcomer, words),
        f"{words.wishes}\n\n{quoted(newcomer.wishes)}" if newcomer.wishes.strip() else "",
        words.to_do.format(
            call=written(days.call, words),
            follow_up_from=written(days.follow_up_from, words),
            follow_up=written(days.follow_up, words),
        ),
        words.confidence,
        f"{words.regards}\\\n{plain(house.organisation)}",
    ]
    return Mail(subject_line(words.contact_subject.format(place=unit)), _body(parts))


def _details(newcomer: Newcomer, words: Wording) -> str:
    lines = [
        (words.name, unlinked(f"{newcomer.first_name} {newcomer.last_name}")),
        (words.address, mail_address(newcomer.email)),
        (words.phone, unlinked(newcomer.phone or "")),
        (words.language, words.languages[newcomer.language]),
    ]
    return "\n".join(f"- {label}: {said or words.not_given}" for label, said in lines)


def _contact(contact: Contact) -> str:
    address = mail_address(contact.address)
    return f"{unlinked(contact.name)}, {address}" if contact.name.strip() else address


def _in(language: Language, texts: Mapping[Language, str]) -> str:
    return (texts.get(language) or texts.get("sv") or "").strip()


def _body(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
