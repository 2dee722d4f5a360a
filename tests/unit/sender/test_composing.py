"""A composed mail, read by an independent parser."""

from urllib.parse import parse_qs, urlsplit

import pytest

from services.sender.domain.compose import Identity
from services.sender.domain.edition import EditionMail, Letter, LetterMail, Section
from services.sender.domain.envelope import Unwritable, wire
from tests.unit.sender.letters import (
    HASH,
    IDENTITY,
    MAIL_ID,
    TAGS,
    TOKENS,
    compose,
    compose_letter,
    composer,
    edition,
    links_in_html,
    links_in_text,
    parse,
    part,
    reader,
    recipient,
    section,
)

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id")
MIXED = (section(1, duty=True), section(2, unit="1281", subject="Läger"), section(3, subject="Kurs"))


def token_of(link: str) -> str:
    return link.rpartition("/u/")[2]


def test_headers_stand_once_and_say_what_they_should() -> None:
    message = parse(compose(edition(*MIXED), reader("Åsa Lind", 1, 2, 3)))
    assert all(len(message.get_all(name, [])) == 1 for name in ONCE)
    assert message["From"].addresses[0].display_name == IDENTITY.name
    assert message["To"].addresses[0].addr_spec == "asa.lind@example.org"
    assert message["To"].addresses[0].display_name == "Åsa Lind"
    assert message["Message-ID"] == f"<{MAIL_ID}@onsdag.example.org>"
    assert message["Date"] == "Wed, 17 Feb 2027 08:59:30 +0100"
    assert message["X-Onsdag-Orders"].replace(" ", "") == ",".join(str(s.order_id) for s in MIXED)
    assert message["List-Id"].endswith("<utskick.onsdag.example.org>")


def test_one_click_header_is_for_the_organisation() -> None:
    message = parse(compose(edition(section(1))))
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    read = TOKENS.read(token_of(message["List-Unsubscribe"].split(",")[0].strip("<>")))
    assert read is not None
    assert (read.kind, read.address_hash) == ("organisation", HASH)


def test_the_mail_can_be_answered_to_unsubscribe_too() -> None:
    message = parse(compose(edition(section(1))))
    mailto = urlsplit(message["List-Unsubscribe"].split(",")[1].strip(" <>"))
    assert (mailto.scheme, mailto.path) == ("mailto", IDENTITY.address)
    [subject] = parse_qs(mailto.query)["subject"]
    word, _, tag = subject.partition(" ")
    assert (word, TAGS.read(tag)) == ("unsubscribe", MAIL_ID)


def test_nothing_is_wrong_with_the_message_to_a_parser() -> None:
    message = parse(compose(edition(*MIXED), reader("Åsa Lind", 1, 2, 3)))
    assert message.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/html"]
    assert not message.defects
    assert not any(p.defects for p in message.walk())


def test_text_part_has_the_links_of_the_html_part() -> None:
    message = parse(compose(edition(*MIXED), reader("Åsa Lind", 1, 2, 3)))
    html, text = links_in_html(part(message, "html")), links_in_text(part(message, "plain"))
    assert html <= text
    assert len(html) == 6
    assert len({token_of(link) for link in html if "/u/" in link}) == 4


def test_each_section_has_its_own_link() -> None:
    message = parse(compose(edition(*MIXED), reader("Åsa Lind", 1, 2, 3)))
    tokens = [TOKENS.read(token_of(link)) for link in links_in_html(part(message, "html")) if "/u/" in link]
    scopes = {(token.kind, token.key) for token in tokens if token}
    assert scopes == {
        ("organisation", ""),
        ("duty", f"{MIXED[0].order_id}:1280"),
        ("unit", "1281"),
        ("unit", "1280"),
    }


def test_one_section_has_its_own_subject() -> None:
    assert parse(compose(edition(section(1, subject="Årsmötet i Malmö"))))["Subject"] == "Årsmötet i Malmö"


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("sv", "Onsdagsutskick 17 februari: Årsmötet och 2 till"),
        ("en", "Wednesday mailing 17 February: Årsmötet and 2 more"),
        ("da", "Onsdagsudsendelse 17. februar: Årsmötet og 2 til"),
        ("no", "Onsdagsutsendelse 17. februar: Årsmötet og 2 til"),
    ],
)
def test_several_sections_have_the_editions_subject(language: str, subject: str) -> None:
    raw = compose(edition(*MIXED), reader("Åsa Lind", 1, 2, 3), language=language)
    assert parse(raw)["Subject"] == subject


def test_several_people_at_one_address_are_told_apart() -> None:
    raw = compose(
        edition(section(1), section(2, subject="Bokslut")),
        reader("Åsa Lind", 1, 2),
        reader("Bo <Berg> & Co", 2, role="kassör, Lund"),
    )
    message = parse(raw)
    text, html = part(message, "plain"), part(message, "html")
    assert text.startswith("Hej Åsa Lind och Bo <Berg> & Co!")
    assert "Till Åsa Lind (ordförande, Malmö)\n" in text
    assert "Till Åsa Lind (ordförande, Malmö) och Bo <Berg> & Co (kassör, Lund)\n" in text
    assert "Bo &lt;Berg&gt; &amp; Co (kassör, Lund)" in html
    assert message["To"].addresses[0].display_name == ""


def test_alone_one_is_spoken_to_in_ones_role() -> None:
    assert "Till dig som ordförande, Malmö\n" in part(parse(compose(edition(section(1)))), "plain")


def test_text_part_reads_as_text() -> None:
    text = part(parse(compose(edition(section(1)))), "plain")
    assert "årsmöte (https://example.org/arsmote?a=1&b=2)" in " ".join(text.split())
    assert "- en kallelse\n  1. i tid\n  2. med handlingar\n" in text
    assert "\n> Det går bra.\n" in text
    assert "När | Var\n17/2 | Malmö\n" in text
    assert "\n.\n" in text


def test_scripts_and_styles_of_an_orderer_do_not_get_through() -> None:
    bad = "<script>x()</script> [a](javascript:x()) ![b](http://127.0.0.1/t.gif) <b onclick=x()>c</b>"
    html = part(parse(compose(edition(section(1, markdown=bad)))), "html")
    assert "<script" not in html
    assert "<b onclick" not in html
    assert not any(link.startswith("javascript") for link in links_in_html(html))


def test_slot_marks_in_a_text_are_not_slots() -> None:
    raw = compose(edition(section(1, markdown="a \ue000all\ue001 b", subject="\ue000all\ue001")))
    message = parse(raw)
    assert message["Subject"].strip() == "\ue000all\ue001"
    assert "a all b" in part(message, "plain")


def test_fewer_sections_than_planned_can_be_composed() -> None:
    """An opt-out drops a section; the rest is a whole mail of its own."""
    alone = compose(edition(section(2)), reader("Åsa Lind", 2))
    assert parse(alone)["Subject"] == "Årsmötet"


def test_the_same_mail_is_the_same_bytes_for_ever() -> None:
    given = edition(*MIXED)
    assert compose(given, reader("Åsa Lind", 1, 2, 3)) == compose(given, reader("Åsa Lind", 1, 2, 3))


def test_letter_is_no_mailing() -> None:
    message = parse(compose_letter("Åsa Lind", "Din beställning", "Hej!\n\n[Se den](https://example.org/1)"))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"].addresses[0].addr_spec == IDENTITY.address
    assert message["List-Unsubscribe"] is None
    assert links_in_html(part(message, "html")) <= links_in_text(part(message, "plain"))


def test_a_letter_that_would_be_too_long_goes_as_text_alone() -> None:
    message = parse(compose_letter("Åsa", "Långt", "- punkt\n" * 20_000))
    assert message.get_content_type() == "text/plain"
    assert str(message.get_content()).count("punkt") == 20_000


@pytest.mark.parametrize("answer_to", ["åsa@example.se", "anna@straße.example.org", "a b@example.se"])
def test_who_cannot_be_answered_by_every_relay_is_answered_through_us(answer_to: str) -> None:
    raw = composer().letter_mail(LetterMail(recipient(), Letter("Åsa", "Svar", "Hej", answer_to=answer_to)))
    assert parse(raw)["Reply-To"].addresses[0].addr_spec == IDENTITY.address


def test_our_own_address_is_written_as_every_relay_takes_it() -> None:
    mail = EditionMail(recipient(), edition(section(1)).edition_id, (reader(),))
    ours = composer(identity=Identity("Föreningen", "info@förening.example.org"))
    raw = ours.edition_mail(mail, edition(section(1)), [section(1)])
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert head.count(b"@xn--frening-90a.example.org>") == 2, "From and Message-ID"
    with pytest.raises(Unwritable):
        Identity("Föreningen", "åsa@example.org")


def test_a_long_subject_is_folded_into_lines_that_mail_may_have() -> None:
    raw = compose_letter("Åsa", "Å" * 200, "Hej")
    assert max(map(len, raw.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 76


def test_html_of_seven_sections_stays_far_below_100_kb() -> None:
    sections = [section(n) for n in range(1, 8)]
    html = part(parse(compose(edition(*sections), reader("Åsa", *range(1, 8)))), "html")
    assert len(html.encode()) < 50_000


@pytest.mark.parametrize(
    "address",
    [
        "a b@example.org",
        "a@example.org>\r\nRCPT TO:<b@example.org",
        "<a@example.org>",
        "a@b@c",
        "a\x00@b.c",
        "a@example.org\n",
        "å@example.org\n",
    ],
)
def test_address_that_would_inject_is_not_written(address: str) -> None:
    with pytest.raises(Unwritable):
        wire(address)


def test_domain_beyond_ascii_is_written_in_idna() -> None:
    assert wire("info@räksmörgås.example.org") == b"info@xn--rksmrgs-5wao1o.example.org"


def test_text_in_another_language_stands_in_when_there_is_none() -> None:
    swedish: Section = section(1)
    assert swedish.text("no").subject == "Årsmötet"
