"""A composer as the service builds it, and mails to compose."""

import email
import email.policy
import re
from datetime import UTC, date, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from uuid import UUID
from zoneinfo import ZoneInfo

from services.sender.adapters.links import ByMail, MailLinks, WebTokens
from services.sender.adapters.typesetting import LayoutTypesetter
from services.sender.domain.compose import Composer, Identity
from services.sender.domain.edition import (
    Edition,
    EditionMail,
    Letter,
    LetterMail,
    Reader,
    Recipient,
    Section,
    SectionText,
)
from services.sender.domain.mailbox.return_path import UNSUBSCRIBE, MailTags
from shared.web.tokens import UnsubscribeTokens

TOKENS = UnsubscribeTokens(b"0123456789abcdef0123456789abcdef")
TAGS = MailTags(b"0123456789abcdef0123456789abcdef", UNSUBSCRIBE)
WEB = WebTokens(b"0123456789abcdef0123456789abcdef")
IDENTITY = Identity("Röda Exemplet", "info@onsdag.example.org")
HASH = bytes(range(32))
MAIL_ID = UUID("018f0000-0000-7000-8000-000000000001")
RECORDED = datetime(2027, 2, 17, 7, 59, 30, 123456, tzinfo=UTC)
MARKDOWN = (
    "Kära ordförande,\n\nnu är det dags för [årsmöte](https://example.org/arsmote?a=1&b=2). "
    "Skriv till <info@example.org> eller läs https://example.org/mer.\n\n"
    "## Det här behövs\n\n- en lokal\n- en kallelse\n  1. i tid\n  2. med handlingar\n\n"
    "> Det går bra.\n\n| När | Var |\n| --- | --- |\n| 17/2 | Malmö |\n\n.\n\n.en punkt först\n"
)


def composer(limit: int = 100_000, identity: Identity = IDENTITY) -> Composer:
    by_mail = ByMail(IDENTITY.address, TAGS)
    links = MailLinks("https://utskick.example.org", TOKENS, "https://webb.example.org", WEB, by_mail)
    return Composer(identity, LayoutTypesetter(identity), links, ZoneInfo("Europe/Stockholm"), limit=limit)


def section(
    position: int,
    *,
    duty: bool = False,
    unit: str = "1280",
    subject: str = "Årsmötet",
    markdown: str = MARKDOWN,
    unit_name: str = "Malmökretsen",
) -> Section:
    return Section(
        position=position,
        order_id=UUID(int=0x018F << 112 | position),
        unit_id=unit,
        unit_name=unit_name,
        is_duty=duty,
        texts={"sv": SectionText(subject, markdown)},
    )


def edition(*sections: Section) -> Edition:
    return Edition(
        UUID("018f0000-0000-7000-8000-00000000000e"), date(2027, 2, 17), {s.position: s for s in sections}
    )


def recipient(address: str = "asa.lind@example.org", language: str = "sv") -> Recipient:
    return Recipient(MAIL_ID, address, HASH, language, RECORDED)


def reader(name: str = "Åsa Lind", *positions: int, role: str = "ordförande, Malmö") -> Reader:
    return Reader(name, dict.fromkeys(positions or (1,), (role,)))


def compose(
    given: Edition, *readers: Reader, address: str = "asa.lind@example.org", language: str = "sv"
) -> bytes:
    mail = EditionMail(recipient(address, language), given.edition_id, readers or (reader(),))
    return composer().edition_mail(mail, given, mail.sections_of(given))


def compose_letter(name: str, subject: str, markdown: str) -> bytes:
    return composer().letter_mail(LetterMail(recipient(), Letter(name, subject, markdown)))


def parse(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


class _Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if tag == "a" and name == "href"]


def links_in_html(html: str) -> set[str]:
    parser = _Hrefs()
    parser.feed(html)
    return {link.removeprefix("mailto:") for link in parser.found}


def links_in_text(text: str) -> set[str]:
    addresses = re.findall(r"(?<![\w/.])[\w.]+@[\w.]+\w", text)
    return {link.rstrip(".") for link in re.findall(r"https?://[^\s)]+", text)} | set(addresses)
