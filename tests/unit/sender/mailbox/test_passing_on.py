"""An answer as the desk gets it."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.sender.domain.attaching import with_attached
from services.sender.domain.edition import LetterMail
from services.sender.domain.mailbox.classify import classify_bytes
from services.sender.domain.mailbox.correspondence import Correspondence
from services.sender.domain.mailbox.effects import Proof
from services.sender.domain.mailbox.passing_on import MOST_SHOWN, letter_to_desk
from services.sender.domain.mailbox.verdict import Kind
from tests.unit.sender.letters import composer, parse, part, recipient, section
from tests.unit.sender.mailbox.samples import VERDICTS, sample

SAID = Correspondence("asa.lind@example.se", "Åsa Lind", "Sv: Utskick", "Vi kommer *två*.\n# inte tre")
FIELDS = b"From: a@example.org\r\nSubject: Svar\r\n"


def passed(said: Correspondence, *, proof: Proof = Proof.REPLY, original: bytes = b"") -> bytes:
    letter = letter_to_desk(said, [section(1, subject="Kurs")], proof, attached=str(UUID(int=1)))
    return composer().letter_mail(LetterMail(recipient("arenden@example.org"), letter), original)


def test_words_are_shown_as_they_were_written() -> None:
    text = part(parse(passed(SAID)), "plain")
    assert "Vi kommer *två*." in text
    assert "# inte tre" in text
    assert "Kurs" in text


def test_an_answer_from_another_address_says_so() -> None:
    assert "inte från adressen" in part(parse(passed(SAID, proof=Proof.CLAIMED)), "plain")
    assert "inte från adressen" not in part(parse(passed(SAID)), "plain")


def test_a_long_answer_is_cut_and_whole_beside_it() -> None:
    text = part(parse(passed(Correspondence("a@example.se", "", "Sv", "ord " * 20_000))), "plain")
    assert len(text) < 2 * MOST_SHOWN


@pytest.mark.parametrize("name", VERDICTS)
def test_any_message_goes_along_as_it_came(name: str) -> None:
    original = sample(name).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    wire = with_attached(FIELDS, b"text", b"html", original)
    [attached] = list(parse(wire).iter_attachments())
    as_message = attached.get_content_type() == "message/rfc822"
    assert (original in wire) if as_message else (attached.get_payload(decode=True) == original)
    assert all(len(line) <= 998 and max(line, default=0) < 128 for line in wire.split(b"\r\n"))


def test_a_boundary_in_the_answer_ends_nothing() -> None:
    original = b"Subject: hej\r\n\r\n--=_med0--\r\n\r\n--=_med1\r\n"
    message = parse(with_attached(FIELDS, b"text", b"html", original))
    [attached] = list(message.iter_attachments())
    assert b"--=_med1" in bytes(attached)
    assert not message.defects


@pytest.mark.parametrize("field", ["name", "subject", "words"])
def test_nothing_is_injected_by_who_answers(field: str) -> None:
    evil = {"writer": "a@example.se", "name": "Å", "subject": "Sv", "words": "hej"}
    evil[field] = f"{evil[field]}\r\nBcc: alla@example.org\r\n.\r\nRCPT TO:<alla@example.org>\x00{'x' * 5000}"
    raw = passed(replace(SAID, **evil))  # type: ignore[arg-type]  # one dict
    assert parse(raw)["Bcc"] is None
    assert b"\x00" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert set(raw.replace(b"\r\n", b"")) & set(b"\r\n") == set()


def test_what_is_passed_on_is_automatic_so_it_is_never_passed_on_again() -> None:
    assert classify_bytes(passed(SAID, original=sample("question-reply"))).kind is Kind.AUTO_REPLY
