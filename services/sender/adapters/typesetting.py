"""Typesetting: the layout of all mail. Nothing here touches the network."""

from collections.abc import Sequence
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.sender.adapters import markdown
from services.sender.domain.compose import Identity, Typeset
from services.sender.domain.edition import Edition, LetterMail, Section
from services.sender.domain.forms import Form
from services.sender.domain.headers import clean
from services.sender.domain.template import slot, without_marks
from services.sender.domain.wording import Wording, wording

LAYOUT = Path(__file__).parent / "layout"
TEASER_CHARACTERS = 280


class LayoutTypesetter:
    """A ``Typesetter`` that fills the files in ``layout/`` and writes their style sheet into each element."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        loader = FileSystemLoader(LAYOUT)
        options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
        self._html = Environment(loader=loader, autoescape=True, **options)  # type: ignore[arg-type]  # one dict
        self._text = Environment(loader=loader, autoescape=False, **options)  # type: ignore[arg-type]  # noqa: S701  # plain text
        self._css = (LAYOUT / "mail.css").read_text(encoding="utf-8")
        self._inliner = CSSInliner(load_remote_stylesheets=False, extra_css=self._css)

    def section(self, section: Section, words: Wording, form: Form, web: str) -> Typeset:
        text = section.text(words.language)
        source = without_marks(text.markdown)
        whole = form is Form.FULL
        beginning = markdown.beginning(source, TEASER_CHARACTERS) if form is Form.TEASER else ""
        given = {
            "section": section,
            "unit": _line(section.unit_name),
            "words": words,
            "subject": _line(text.subject),
            "slot": slot,
            "whole": whole,
            "web": web,
        }
        html = self._html.get_template("section.html").render(
            given,
            body=Markup(markdown.to_html(source)) if whole else beginning,  # noqa: S704  # cleaned
        )
        return Typeset(
            html=self._inliner.inline_fragment(html, self._css).strip() + "\n",
            text=self._text.get_template("section.txt").render(
                given, body=markdown.to_text(source) if whole else markdown.filled(beginning)
            )
            + "\n",
        )

    def web_version(self, edition: Edition, section: Section, words: Wording) -> str:
        """Return a page with a section's whole text: nothing in it is about a reader."""
        text = section.text(words.language)
        page = self._html.get_template("web.html").render(
            edition=edition,
            identity=self._identity,
            words=words,
            unit=_line(section.unit_name),
            title=_line(text.subject),
            body=Markup(markdown.to_html(without_marks(text.markdown))),  # noqa: S704  # cleaned
        )
        return self._inliner.inline(page)

    def no_such_page(self) -> str:
        """Return the page for a web link that leads nowhere."""
        words = wording("sv")
        page = self._html.get_template("no_such_page.html")
        return self._inliner.inline(
            page.render(identity=self._identity, words=words, title="Texten finns inte här")
        )

    def frame(self, edition: Edition, sections: Sequence[Section], words: Wording) -> Typeset:
        subjects = [_line(section.text(words.language).subject) for section in sections]
        given = {
            "edition": edition,
            "subjects": subjects,
            "words": words,
            "identity": self._identity,
            "lead": words.lead(self._identity.name, edition.wednesday, len(sections)),
            "title": words.subject(subjects, edition.wednesday),
            "slot": slot,
        }
        return Typeset(
            html=self._inliner.inline(self._html.get_template("edition.html").render(given)),
            text=self._text.get_template("edition.txt").render(given),
        )

    def letter(self, mail: LetterMail, words: Wording) -> Typeset:
        source = without_marks(mail.letter.markdown)
        given = {
            "words": words,
            "identity": self._identity,
            "title": _line(mail.letter.subject),
            "answers_elsewhere": bool(mail.letter.answer_to),
        }
        html = self._html.get_template("letter.html").render(
            given,
            body=Markup(markdown.to_html(source)),  # noqa: S704  # cleaned
        )
        return Typeset(
            html=self._inliner.inline(html),
            text=self._text.get_template("letter.txt").render(given, body=markdown.to_text(source)),
        )


def _line(text: str) -> str:
    return clean(without_marks(text))
