"""Markdown as it may stand in a mail: cleaned HTML, and the same as plain text with its links written out."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

SCHEMES = {"http", "https", "mailto", "tel"}
WIDTH = 72

_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
_TAGS = {
    *("p", "br", "hr", "a", "img", "em", "strong", "s", "del", "code", "pre", "blockquote"),
    *("h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes=SCHEMES,
    url_relative="deny",
    link_rel="noopener noreferrer",
)
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_HEADINGS_BELOW = 2
"""A text's own headings start below the section's, which is an h2."""


def to_html(markdown: str) -> str:
    """Return cleaned HTML: no scripts, no styles, no links but to the web, mail and telephones."""
    tokens = _PARSER.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + _HEADINGS_BELOW, 6)}"
    rendered = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return _CLEANER.clean(str(rendered)).strip()


def to_text(markdown: str) -> str:
    """Return plain text in lines of at most 72 characters, except where a link is longer."""
    writer = _Writer(Token("", "", 0))
    for writer.token in _PARSER.parse(markdown):
        getattr(writer, f"_{writer.token.type}", _nothing)()
    return "\n".join(writer.lines).strip("\n")


def beginning(markdown: str, characters: int) -> str:
    """Return how a text begins, on one line, cut after a word; headings, quotes and tables are left out."""
    tokens = _PARSER.parse(markdown)
    paragraphs = [
        " ".join(inline_text(inline.children or []).split())
        for opening, inline in pairwise(tokens)
        if opening.type == "paragraph_open" and opening.level == 0
    ]
    return textwrap.shorten(" ".join(filter(None, paragraphs)), characters, placeholder=" …")


def filled(line: str) -> str:
    """Return a line as a paragraph of plain text."""
    return textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)


@dataclass
class _Writer:
    """Writes block tokens as lines. ``prefixes``: what open quotes and list items put before a line."""

    token: Token
    lines: list[str] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)
    bullet: str = ""
    cells: list[str] | None = None
    underline: str = ""

    def _inline(self) -> None:
        text = inline_text(self.token.children or [])
        if self.cells is not None:
            self.cells.append(" ".join(text.split()))
            return
        for line in text.split("\n"):
            self._write(line)
        if self.underline:
            self._write(self.underline * min(max(map(len, text.split("\n"))), WIDTH))

    def _write(self, line: str, *, wrap: bool = True) -> None:
        prefix = "".join(self.prefixes)
        first = "".join(self.prefixes[:-1]) + self.bullet if self.bullet else prefix
        self.bullet = ""
        parts = (
            textwrap.wrap(line, max(WIDTH - len(prefix), 20), break_long_words=False, break_on_hyphens=False)
            if wrap
            else [line]
        )
        for number, part in enumerate(parts or [""]):
            self.lines.append(((first if number == 0 else prefix) + part).rstrip())

    def _gap(self) -> None:
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append("".join(self.prefixes).rstrip())

    def _paragraph_close(self) -> None:
        if not self.token.hidden:
            self._gap()

    def _heading_open(self) -> None:
        self.underline = "-"

    def _heading_close(self) -> None:
        self.underline = ""
        self._gap()

    def _blockquote_open(self) -> None:
        self.prefixes.append("> ")

    def _blockquote_close(self) -> None:
        self.prefixes.pop()
        if self.lines and not self.lines[-1].strip("> "):
            self.lines.pop()
        self._gap()

    def _bullet_list_open(self) -> None:
        self.numbers.append(None)

    def _ordered_list_open(self) -> None:
        self.numbers.append(int(self.token.attrGet("start") or 1))

    def _bullet_list_close(self) -> None:
        self.numbers.pop()
        self._gap()

    _ordered_list_close = _bullet_list_close

    def _list_item_open(self) -> None:
        number = self.numbers[-1]
        self.bullet = "- " if number is None else f"{number}. "
        if number is not None:
            self.numbers[-1] = number + 1
        self.prefixes.append(" " * len(self.bullet))

    def _list_item_close(self) -> None:
        self.prefixes.pop()
        self.bullet = ""

    def _fence(self) -> None:
        for line in self.token.content.rstrip("\n").split("\n"):
            self._write("    " + line, wrap=False)
        self._gap()

    _code_block = _fence

    def _hr(self) -> None:
        self._write("-" * 24)
        self._gap()

    def _tr_open(self) -> None:
        self.cells = []

    def _tr_close(self) -> None:
        self._write(" | ".join(self.cells or []), wrap=False)
        self.cells = None

    def _table_close(self) -> None:
        self._gap()


def _nothing() -> None:
    """What is written for a token that only closes or wraps."""


def inline_text(tokens: Sequence[Token]) -> str:
    """Return inline tokens as text; a link is followed by where it leads, unless it says so itself."""
    text = ""
    open_links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type == "link_open":
            open_links.append((str(token.attrGet("href") or ""), len(text)))
        elif token.type == "link_close":
            href, start = open_links.pop()
            text += _destination(href, text[start:])
        elif token.type == "softbreak":
            text += " "
        elif token.type == "hardbreak":
            text += "\n"
        else:
            text += token.content
    return text


def _destination(href: str, label: str) -> str:
    if urlsplit(href).scheme.lower() not in SCHEMES:
        return ""
    shown = href.removeprefix("mailto:").removeprefix("tel:")
    return "" if label.strip() in {href, shown} else f" ({shown})"
