"""Nothing that comes from outside becomes a header, a command, a second mail or a line too long.

Every field at once: names, roles, subjects, titles of units, ids, texts, addresses, and replies of servers.
"""

import re
import socket
from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from services.sender.adapters.dkim import Signer, SigningKey
from services.sender.adapters.typesetting import LayoutTypesetter
from services.sender.domain.compose import Identity
from services.sender.domain.edition import EditionMail, Letter, LetterMail
from services.sender.domain.envelope import Unwritable, wire
from services.sender.domain.mailbox.return_path import ReturnPaths
from services.sender.domain.replies import Reply, Stage, judge
from shared.contracts.sender import Outcome
from tests.unit.sender.letters import IDENTITY, composer, edition, parse, reader, recipient, section
from tests.unit.sender.test_splicing import INJECTION, NASTY, PURE, SLOW, assert_sound

AT = datetime(2026, 2, 18, 8, tzinfo=UTC)
SIGNER = Signer("onsdag.example.org", [SigningKey("e2027", Ed25519PrivateKey.generate())])
ADDRESSES = st.one_of(st.emails(), NASTY, st.builds("{}@{}".format, NASTY, NASTY))
MAILING = {
    "DKIM-Signature",
    "From",
    "To",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Subject",
    "List-Id",
    "X-Onsdag-Edition",
    "X-Onsdag-Orders",
    "MIME-Version",
    "Content-Type",
}
LETTER = MAILING - {
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Id",
    "X-Onsdag-Edition",
    "X-Onsdag-Orders",
}
LETTER |= {"Reply-To", "Auto-Submitted"}
COMMAND = re.compile(rb"RCPT TO:<[^\x00-\x20<>\x7f]+>\r\n")


def assert_one_mail(raw: bytes, fields: set[str], address: str) -> None:
    """What an independent parser reads is one mail with our fields, each once, to the one address."""
    assert_sound(raw)
    message = parse(raw)
    assert Counter(message.keys()) == Counter(fields)
    (to,) = message["To"].addresses
    assert to.addr_spec.encode() == wire(address)
    assert message["From"].addresses[0].addr_spec == "info@onsdag.example.org"


def writable(address: str) -> bool:
    try:
        wire(address)
    except Unwritable:
        return False
    return True


@SLOW
@given(NASTY, NASTY, NASTY, NASTY, NASTY, NASTY)
@example(*[INJECTION] * 6)
@example(*["\r\n.\r\n"] * 6)
@example(*["x" * 3000] * 6)
@example(*["\x00\x0b\x85\u2028=?utf-8?q?x?="] * 6)
def test_no_field_of_a_mailing_breaks_out(
    name: str, role: str, subject: str, unit: str, unit_id: str, markdown: str
) -> None:
    sections = [
        section(number, subject=subject, markdown=markdown, unit_name=unit, unit=unit_id, duty=number == 2)
        for number in (1, 2)
    ]
    given_edition = edition(*sections)
    readers = (reader(name, 1, 2, role=role), reader(role, 2, role=name))
    mail = EditionMail(recipient("asa@example.org"), given_edition.edition_id, readers)
    raw = composer().edition_mail(mail, given_edition, sections)
    assert_one_mail(SIGNER.sign(raw, AT), MAILING, "asa@example.org")


@SLOW
@given(NASTY, NASTY, NASTY)
@example(*[INJECTION] * 3)
@example(*["\r\n.\r\n"] * 3)
@example(*["ö" * 3000] * 3)
def test_no_field_of_a_letter_breaks_out(name: str, subject: str, markdown: str) -> None:
    raw = composer().letter_mail(LetterMail(recipient("asa@example.org"), Letter(name, subject, markdown)))
    assert_one_mail(SIGNER.sign(raw, AT), LETTER, "asa@example.org")


@SLOW
@given(NASTY, ADDRESSES)
@example("\r", "Y")
@example(INJECTION, "a@example.org>\r\nBcc: <b@example.org")
@example("🎉 שלום \u202egnp.exe" * 20, "åsa@räksmörgås.example.org")
def test_neither_our_name_nor_who_is_answered_breaks_out(name: str, answer_to: str) -> None:
    """The name stands in From and List-Id; an answer that is passed on has the Reply-To of who wrote it."""
    made = composer(identity=Identity(name, "info@onsdag.example.org"))
    given_edition = edition(section(1))
    mail = EditionMail(recipient("asa@example.org"), given_edition.edition_id, (reader(),))
    raw = made.edition_mail(mail, given_edition, [section(1)])
    assert_one_mail(SIGNER.sign(raw, AT), MAILING, "asa@example.org")
    assert str(parse(raw)["List-Id"]).endswith("<utskick.onsdag.example.org>")
    if writable(answer_to):
        answered = LetterMail(recipient("asa@example.org"), Letter("Åsa", "x", "y", answer_to=answer_to))
        assert_one_mail(SIGNER.sign(made.letter_mail(answered), AT), LETTER, "asa@example.org")


@PURE
@given(ADDRESSES)
@example("a@example.org>\r\nRCPT TO:<b@example.org")
@example("a@example.org\r\nDATA")
@example("a\x00@example.org")
@example('"a b"@example.org')
@example("a@example.org＞")
@example("a@exam¯ple.org")
@example("a@" + "x" * 300)
def test_address_is_one_command_and_one_recipient_or_is_not_written(address: str) -> None:
    if not writable(address):
        return
    assert COMMAND.fullmatch(b"RCPT TO:<" + wire(address) + b">\r\n")
    assert wire(address).count(b"@") == 1


@PURE
@given(st.uuids(), NASTY)
def test_return_path_is_one_command_for_any_mail(mail_id: UUID, secret: str) -> None:
    path = ReturnPaths(secret.encode("utf-8", "replace"), "bounce@onsdag.example.org").of(mail_id)
    assert COMMAND.fullmatch(b"RCPT TO:<" + path + b">\r\n")


@PURE
@given(st.integers(200, 599), st.sampled_from(Stage), st.one_of(NASTY, st.text(max_size=2000)))
@example(550, Stage.DATA, "5.1.1 no\r\nX-Evil: yes\x00\x1b[31m" + "x" * 2000)
def test_reply_of_a_server_is_kept_as_one_line(code: int, stage: Stage, text: str) -> None:
    verdict = judge(Reply(stage, code, text), attempts=1)
    told = Outcome(mail_id=UUID(int=1), state="failed", at=AT, reply=verdict.reply)
    assert len(told.reply) <= 500
    assert told.reply.isprintable()


def test_no_style_sheet_is_fetched_whatever_reaches_the_inliner() -> None:
    """Which opens its connections outside Python."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        link = f"http://127.0.0.1:{server.getsockname()[1]}/a.css"
        page = f'<html><head><link rel="stylesheet" href="{link}"></head><body><p>Hej</p></body></html>'
        assert "<p" in LayoutTypesetter(IDENTITY)._inliner.inline(page)
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_composing_and_signing_open_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures, styles and links in a text lead outside; nobody goes there."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    markdown = (
        "![bild](http://127.0.0.1:9/a.png) <link rel=stylesheet href=http://127.0.0.1:9/a.css>\n"
        "<style>@import url(http://127.0.0.1:9/b.css)</style> [länk](https://example.org/)"
    )
    given_section = section(1, markdown=markdown)
    mail = EditionMail(recipient(), edition(given_section).edition_id, (reader(),))
    raw = composer().edition_mail(mail, edition(given_section), [given_section])
    assert_one_mail(SIGNER.sign(raw, AT), MAILING, "asa.lind@example.org")
