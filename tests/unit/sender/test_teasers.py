"""Mails that would be too large carry teasers, with links to the whole texts on the web."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sender.adapters import markdown
from services.sender.adapters.links import WebVersion
from services.sender.domain.edition import EditionMail, Reader, Section
from services.sender.domain.forms import Form, fitting
from tests.unit.sender.letters import (
    WEB,
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

LIMIT = 100_000
BEGINNING = "Så här börjar den långa texten."


def long_section(position: int, words: int) -> Section:
    return section(position, subject=f"Ärende {position}", markdown=f"{BEGINNING}\n\n" + "årsmöte " * words)


def composed(*sections: Section, readers: tuple[Reader, ...] = ()) -> bytes:
    whole = edition(*sections)
    positions = [each.position for each in sections]
    mail = EditionMail(recipient(), whole.edition_id, readers or (reader("Åsa Lind", *positions),))
    return composer(LIMIT).edition_mail(mail, whole, sections)


def web_links(html: str) -> set[int]:
    tokens = (WEB.read(link.rpartition("/w/")[2]) for link in links_in_html(html) if "/w/" in link)
    return {token.position for token in tokens if token is not None}


def test_a_mail_that_fits_is_whole() -> None:
    html = part(parse(composed(long_section(1, 1000), long_section(2, 1000))), "html")
    assert html.count("årsmöte") == 2000
    assert not web_links(html)


def test_the_longest_section_becomes_a_teaser_first() -> None:
    raw = composed(long_section(1, 200), long_section(2, 12_000), long_section(3, 300))
    assert len(raw) <= LIMIT
    message = parse(raw)
    for kind in ("html", "plain"):
        shown = part(message, kind)
        assert BEGINNING in shown
        assert 500 < shown.count("årsmöte") < 600
    assert web_links(part(message, "html")) == {2}


def test_both_parts_of_a_teaser_have_the_same_links() -> None:
    message = parse(composed(long_section(1, 12_000), section(2)))
    html, text = part(message, "html"), part(message, "plain")
    assert links_in_html(html) <= links_in_text(text)
    assert any("/w/" in link for link in links_in_html(html))


def test_forty_long_sections_fit() -> None:
    sections = [long_section(position, 3000) for position in range(1, 41)]
    raw = composed(*sections)
    assert len(raw) <= LIMIT
    html = part(parse(raw), "html")
    assert web_links(html) == set(range(1, 41))
    assert all(f"Ärende {position}" in html for position in range(1, 41))


def test_many_readers_at_one_address_count() -> None:
    readers = tuple(reader(f"Person {n} " + "x" * 150, 1, 2, role="r" * 180) for n in range(20))
    alone = composed(long_section(1, 1200), long_section(2, 800))
    shared = composed(long_section(1, 1200), long_section(2, 800), readers=readers)
    assert not web_links(part(parse(alone), "html"))
    assert len(shared) <= LIMIT
    assert web_links(part(parse(shared), "html")) == {1}


def test_the_same_mail_is_composed_to_the_same_bytes() -> None:
    sections = (long_section(1, 12_000), section(2))
    assert composed(*sections) == composed(*sections)


def test_a_web_token_names_its_section_and_cannot_be_altered() -> None:
    what = WebVersion(edition().edition_id, 300, "no")
    token = WEB.make(what)
    assert WEB.read(token) == what
    assert "=" not in token
    altered = [
        token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token) - 1)
    ]
    assert not any(WEB.read(each) for each in (*altered, "", "å", "AAAA", token + "AAAA"))


def test_a_beginning_is_cut_after_a_word_and_has_no_markup() -> None:
    text = (
        "# Rubrik\n\nEtt **stycke** med [länk](https://example.org).\n\n- punkt\n\n"
        "| a | b |\n|---|---|\n\nOch mer."
    )
    assert markdown.beginning(text, 100) == "Ett stycke med länk (https://example.org). Och mer."
    assert markdown.beginning(text, 20) == "Ett stycke med …"
    assert markdown.beginning("- bara\n- punkter", 20) == ""


SIZES = st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)).map(
    lambda parts: {
        Form.BRIEF: parts[0],
        Form.TEASER: parts[0] + parts[1],
        Form.FULL: parts[0] + parts[1] + parts[2],
    }
)


@settings(max_examples=200)
@given(st.lists(SIZES, max_size=8), st.integers(-10, 400))
def test_what_can_fit_does_and_nothing_is_shortened_without_need(
    sections: list[dict[Form, int]], room: int
) -> None:
    forms = fitting(sections, room)
    total = sum(sizes[form] for sizes, form in zip(sections, forms, strict=True))
    smallest = sum(sizes[Form.BRIEF] for sizes in sections)
    assert total <= max(room, smallest)
    if sum(sizes[Form.FULL] for sizes in sections) <= room:
        assert set(forms) <= {Form.FULL}
    if sum(sizes[Form.TEASER] for sizes in sections) <= room:
        assert Form.BRIEF not in forms
