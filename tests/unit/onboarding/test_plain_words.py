"""What strangers write becomes neither link, nor heading, nor HTML in our mails."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.onboarding.domain.plain_words import WORD_JOINER, mail_address, name, plain, quoted, unlinked
from services.sender.adapters.markdown import to_html, to_text

HOSTILE = [
    "[Klicka här](https://evil.example.org)",
    "![bild](https://evil.example.org/x.png)",
    "<https://evil.example.org>",
    "<a href='https://evil.example.org'>hej</a>",
    "<script>alert(1)</script>",
    "&lt;b&gt; &#106;avascript",
    "# Rubrik",
    "Rubrik\n===",
    "Rubrik\n---",
    "> citat",
    "- punkt\n* punkt\n+ punkt\n1. punkt\n2) punkt",
    "    kod",
    "```\nkod\n```",
    "**fet** _kursiv_ ~~struken~~ `kod`",
    "| a | b |\n|---|---|\n| c | d |",
    "[a]: https://evil.example.org\n\n[a]",
    "rad\\\nrad",
    "https://evil.example.org www.evil.example.org evil.example.org",
    "\u202egro.elpmaxe\u202c \u200bhej\x1b[31m",
]
LOOKS_LIKE_A_LINK = re.compile(r"\w\.\w|://|\w@\w")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def tags(markdown: str) -> Tags:
    parser = Tags()
    parser.feed(to_html(markdown))
    parser.close()
    return parser


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_read_as_they_stand(words: str) -> None:
    seen = tags(f"Hej {unlinked(words)} där")
    assert set(seen.seen) <= {"p"}
    shown = seen.text.replace(WORD_JOINER, "")
    assert shown == to_text(f"Hej {unlinked(words)} där").replace(WORD_JOINER, "").replace("\n", " ")
    assert not LOOKS_LIKE_A_LINK.search(seen.text)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_wishes_are_a_quotation_and_nothing_else(words: str) -> None:
    seen = tags(f"Så här skriver personen:\n\n{quoted(words)}\n\nHälsningar")
    assert set(seen.seen) <= {"p", "blockquote", "br"}
    assert not LOOKS_LIKE_A_LINK.search(seen.text)


@given(st.text(max_size=200))
def test_no_words_at_all_make_anything_but_text(words: str) -> None:
    seen = tags(f"Hej {unlinked(words)} där\n\n{quoted(words)}\n\nslut")
    assert set(seen.seen) <= {"p", "blockquote", "br"}
    assert not LOOKS_LIKE_A_LINK.search(seen.text)


@given(st.text(max_size=200))
def test_plain_words_stay_one_line_and_lose_no_letter(words: str) -> None:
    line = plain(words)
    assert len(line.splitlines()) <= 1
    assert "".join(filter(str.isalpha, tags(f"- {line}").text)) == "".join(filter(str.isalpha, _nfc(words)))


def _nfc(words: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", words)


@pytest.mark.parametrize(
    "given_name",
    [
        "Anna",
        "Åsa-Märta",
        "Jean-Luc",
        "O'Brien",
        "D’Arc",
        "J. R. Ek",
        "Nguyễn Thị",
        "علي",
        "Łukasz",
        "李小龙",
    ],
)
def test_names_are_names(given_name: str) -> None:
    assert name(given_name) == given_name


@pytest.mark.parametrize(
    "message",
    [
        "evil.example.org", "https://evil", "Du har vunnit 500 kr", "Anna!", "Anna\r\nBcc: b@example.org",
        "<b>Anna</b>", "a" * 61, "", "   ", "070-1740605",
    ],
)  # fmt: skip
def test_a_message_in_the_place_of_a_name_is_left_out(message: str) -> None:
    assert name(message) == ""


def test_an_address_stays_one_that_can_be_clicked_and_anything_else_does_not() -> None:
    assert WORD_JOINER not in mail_address("anna.ek@example.org")
    assert tags(mail_address("anna_ek@example.org")).text == "anna_ek@example.org"
    assert WORD_JOINER in mail_address("https://evil.example.org/?a@b.example.org")
