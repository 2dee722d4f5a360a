"""Whatever comes from outside, a mail stays one mail, and says what it was given."""

import email.header
from binascii import a2b_qp
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.sender.domain import headers
from services.sender.domain.template import (
    CLOSE,
    OPEN,
    encode,
    encode_link,
    encode_value,
    pieces,
    slot,
    splice,
    without_marks,
)
from tests.unit.sender.letters import compose, compose_letter, edition, parse, part, reader, section

NASTY = st.text(
    st.one_of(
        st.sampled_from(list("\r\n\x00.=<>\"'\\ \t:;,@å€\u2028" + OPEN + CLOSE)),
        st.characters(codec="utf-8"),
    ),
    max_size=200,
)
LINE = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Co", "Zl", "Zp")), max_size=80)
INJECTION = "x\r\nBcc: victim@example.org\r\n\r\n.\r\nMAIL FROM:<evil@example.org>"
PURE = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SLOW = settings(PURE, max_examples=40)


def joined(text: str, values: dict[str, bytes]) -> EmailMessage:
    body = b"".join(splice(pieces(text), values))
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
    head = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return parse(head + body)


@PURE
@given(st.lists(NASTY, min_size=1, max_size=4), st.lists(LINE, min_size=3, max_size=3))
def test_splicing_gives_the_text_with_its_slots_filled(texts: list[str], values: list[str]) -> None:
    texts = [without_marks(text) for text in texts]
    names = ["a", "b.c", "d.1.html"][: len(texts) - 1]
    template = "".join(text + (slot(names[n]) if n < len(names) else "") for n, text in enumerate(texts))
    message = joined(template, {name: encode_value(v) for name, v in zip(names, values, strict=False)})
    expected = "".join(text + (values[n] if n < len(names) else "") for n, text in enumerate(texts))
    assert message.get_payload(decode=True).decode().replace("\r\n", "\n") == expected  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["x" * n + end for n in range(70, 80) for end in ("", "å", "=")])
def test_piece_that_fills_its_line_ends_on_the_next(text: str) -> None:
    for encoded in (encode_value(text), encode(text, soft=True)):
        assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))
        assert a2b_qp(encoded).decode() == text


@PURE
@given(st.text("abcXYZ019-_/.:", max_size=400))
def test_link_is_encoded_like_any_value(url: str) -> None:
    message = joined("before " + slot("a") + " after", {"a": encode_link(url)})
    assert message.get_payload(decode=True) == f"before {url} after".encode()


@PURE
@given(NASTY)
@example("🎉 Årsmöte 👩‍👩‍👧‍👦 " * 20)
@example("שלום \u202egnp.exe\u202c مرحبا" * 10)
def test_header_value_is_one_field_and_reads_as_given(text: str) -> None:
    value = headers.unstructured(text)
    assert all(len(line) <= 998 - 20 for line in value.split(b"\r\n"))
    assert all(line.startswith(b" ") for line in value.split(b"\r\n")[1:])
    message = parse(b"Subject: " + value + b"\r\nX-Next: 1\r\n\r\n")
    assert message.keys() == ["Subject", "X-Next"]
    decoded = email.header.decode_header(value.decode().replace("\r\n", ""))
    read = "".join(p.decode(c or "ascii") if isinstance(p, bytes) else p for p, c in decoded)
    assert read == headers.clean(text)


@PURE
@given(NASTY)
def test_display_name_cannot_become_an_address(name: str) -> None:
    message = parse(b"To: " + headers.mailbox(name, b"asa@example.org") + b"\r\nX-Next: 1\r\n\r\n")
    assert message.keys() == ["To", "X-Next"]
    assert [a.addr_spec for a in message["To"].addresses] == ["asa@example.org"]


@SLOW
@given(NASTY, NASTY, NASTY, NASTY)
def test_no_field_from_outside_breaks_a_mail(name: str, role: str, subject: str, markdown: str) -> None:
    given_section = section(1, subject=subject or "x", markdown=markdown or "x", unit_name=name)
    raw = compose(edition(given_section), reader(name, 1, role=role))
    assert_sound(raw)
    assert_sound(compose_letter(name, subject, markdown))


def test_injected_header_stays_text() -> None:
    raw = compose(
        edition(section(1, subject=INJECTION, markdown=INJECTION, unit_name=INJECTION)),
        reader(INJECTION, 1, role=INJECTION),
    )
    assert_sound(raw)
    assert parse(raw)["Bcc"] is None


def test_very_long_lines_and_lone_dots_survive() -> None:
    markdown = "x" * 5000 + "\n\n.\n\n..\n\n" + "ord " * 2000
    raw = compose(edition(section(1, markdown=markdown)))
    assert_sound(raw)
    text = part(parse(raw), "plain")
    assert "x" * 5000 in text
    assert "\n.\n\n..\n" in text


def assert_sound(raw: bytes) -> None:
    lines = raw.split(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\x00" not in raw
    assert max(map(len, lines)) <= 998
    assert b"." not in lines
    message = parse(raw)
    assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/html"]
    assert not any(p.defects for p in message.walk())
    assert len(message["To"].addresses) == 1
