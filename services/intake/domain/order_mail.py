"""An order that came by mail (A5), read as far as it says what it wants in lines that we know.

Nothing is guessed and nothing is lost: what is not understood stays in the text of the draft.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.intake.domain.audiences import Audience
from services.intake.domain.orders import Faq, SectionText, Wish
from services.intake.domain.registers import KnownUnit

MOST_TITLE = 250
UNTITLED = "Beställning utan ämnesrad"
_PREFIX = re.compile(
    r"^\s*(((fwd?|vb|vs|sv|re)\s*:|(ny |new )?(beställning( av)?( utskick)?|utskicksbeställning|bestilling|"
    r"mailing order|order)\s*[:,–-])\s*)+",
    re.IGNORECASE,
)
_LINE = re.compile(r"^\W{0,4}([A-Za-zÅÄÖåäöØøÆæ ]{2,30}?)\W{0,4}:\s*(.*)$")
_FIELDS = {
    "recipients": ("mottagare", "målgrupp", "uppdrag", "recipients", "audience", "modtagere", "mottakere"),
    "subject": ("ämne", "ämnesrad", "rubrik", "subject", "subject line", "emne"),
    "faq": ("faq", "frågor och svar", "informationsblad", "spørgsmål og svar", "spørsmål og svar"),
    "date": ("utskicksdatum", "utskicksdag", "önskat datum", "datum för utskick", "mailing date", "dato"),
    "unit": ("beställande enhet", "avsändande enhet", "beställare", "enhet", "krets", "ordered by", "unit"),
}
_NAMES = {name: field for field, names in _FIELDS.items() for name in names}
_ALL = re.compile(
    r"^(alla|all|alle)( (kretsar|enheter|units|branches|kredse|kretser|enheter))?$", re.IGNORECASE
)
_WHERE = re.compile(r"\s+(?:i|in|inom|för|for)\s+", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,|;|\boch\b|\band\b|\bog\b|&)\s*", re.IGNORECASE)
_ONLY_SAYS_SO = re.compile(
    r"^\W*(se )?(bifog|bilag|attach|vedhæft|vedlagt|kommer|senare|later)", re.IGNORECASE
)
_LINK = re.compile(r"https?://\S{1,1990}")


@dataclass(frozen=True)
class OrderMail:
    """``attachments`` are names of files; ``writer`` is a normalized address, and not proved."""

    writer: str
    name: str
    subject: str
    text: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What is known of units. ``own``: those for which the writer is a named person (A9)."""

    units: Mapping[str, KnownUnit]
    own: tuple[str, ...]
    assignment_types: frozenset[str]


def wish_of(mail: OrderMail, known: Known) -> Wish:
    """Return what the mail asks for. ``unit_id`` is empty when it cannot be said for whom."""
    fields, rest = _divided(mail.text)
    title = _title(fields.get("subject") or mail.subject)
    text = "\n".join(rest).strip()
    wish = Wish(
        unit_id=_unit(fields.get("unit", ""), known),
        ordered_by=mail.writer,
        title=title,
        texts={"sv": SectionText(title, text)} if text else None,
        faq=_faq(fields.get("faq", "")),
        not_before=_day(fields.get("date", "")),
    )
    audience = _audience(fields.get("recipients", ""), known)
    left_over = [
        f"{name}: {value}"
        for name, value, used in (
            ("Mottagare", fields.get("recipients"), audience),
            ("FAQ", fields.get("faq"), wish.faq),
            ("Önskat datum", fields.get("date"), wish.not_before),
        )
        if value and not used
    ]
    return _with_left_over(replace(wish, audience=audience), left_over)


def _with_left_over(wish: Wish, lines: list[str]) -> Wish:
    """What was said and not understood stays to be read, at the end of the text."""
    if not lines:
        return wish
    before = wish.texts["sv"].markdown + "\n\n" if wish.texts else ""
    return replace(wish, texts={"sv": SectionText(wish.title, before + "\n\n".join(lines))})


def _divided(text: str) -> tuple[dict[str, str], list[str]]:
    """Return the lines that we know by their field, the first of each, and all others."""
    fields: dict[str, str] = {}
    rest: list[str] = []
    for line in text.split("\n"):
        found = _LINE.match(line)
        field = _NAMES.get(found[1].strip().lower()) if found else None
        if found and field and field not in fields and found[2].strip():
            fields[field] = found[2].strip()
        else:
            rest.append(line.rstrip())
    return fields, rest


def _title(subject: str) -> str:
    words = " ".join(_PREFIX.sub("", subject).split()) or " ".join(subject.split())
    return words[:MOST_TITLE] or UNTITLED


def _unit(said: str, known: Known) -> str:
    """The unit that is named, else the only one that the writer answers for."""
    named = _matching(said, known)
    if len(named) == 1:
        return named[0]
    return known.own[0] if len(known.own) == 1 else ""


def _matching(said: str, known: Known) -> list[str]:
    wanted = said.strip().lower().rstrip(".")
    return [
        unit.unit_id
        for unit in known.units.values()
        if not unit.closed and wanted and wanted in {unit.unit_id.lower(), unit.name.lower()}
    ]


def _faq(said: str) -> Faq | None:
    if not said or _ONLY_SAYS_SO.match(said):
        return None
    link = _LINK.search(said)
    return Faq(link=link[0]) if link else Faq(text=said)


def _day(said: str) -> date | None:
    found = re.search(r"\b\d{4}-\d{2}-\d{2}\b", said)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _audience(said: str, known: Known) -> Audience | None:
    """``types i where``: assignment types, and all units, regions, or units; None if any of it is unclear."""
    middle = _WHERE.search(said)
    if middle is None:
        return None
    names = tuple(name.lower() for name in _AND.split(said[: middle.start()].strip()) if name)
    where = said[middle.end() :].strip().rstrip(".")
    if not names or (known.assignment_types and not set(names) <= known.assignment_types):
        return None
    if _ALL.match(where):
        return Audience(assignment_types=names, all_units=True)
    places = [place for place in _AND.split(where) if place]
    regions = {unit.region.lower(): unit.region for unit in known.units.values() if not unit.closed}
    if all(place.lower() in regions for place in places):
        return Audience(assignment_types=names, regions=tuple(regions[place.lower()] for place in places))
    units = [_matching(place, known) for place in places]
    if all(len(found) == 1 for found in units):
        return Audience(assignment_types=names, units=tuple(found[0] for found in units))
    return None
