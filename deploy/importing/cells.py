"""What the text in a cell means. Every refusal is a ValueError with the reason."""

import re
from datetime import date, datetime, timedelta
from typing import get_args

from deploy.importing.columns import DateOrder
from shared.contracts.message import Language

Cell = str | int | float | bool | date | None

SERIAL_DAYS = range(10_000, 100_000)
"""Excel's serial dates from 1927 to 2173: what a date becomes when its cell has lost its format."""

SERIAL_START = date(1899, 12, 30)
BIRTH_YEARS = range(1850, 2201)

EXCEL_ERRORS = frozenset(
    {
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NUM!",
        "#NULL!",
        "#SAKNAS!",
        "#REFERENS!",
        "#VÄRDEFEL!",
    }
)

OPEN_END = frozenset({"tills vidare", "until further notice"})

_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[T ][\d:.+Z]*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ][\d:.]*)?")

_TRUE = frozenset({"ja", "j", "yes", "y", "1", "true", "sant", "x"})
_FALSE = frozenset({"", "nej", "n", "no", "0", "false", "falskt"})

_LANGUAGES: dict[str, Language] = {
    "svenska": "sv", "swedish": "sv", "swe": "sv", "se": "sv",
    "engelska": "en", "english": "en", "eng": "en",
    "danska": "da", "dansk": "da", "danish": "da", "dk": "da",
    "norska": "no", "norsk": "no", "norwegian": "no", "nb": "no", "nn": "no",
}  # fmt: skip


def text_of(cell: Cell) -> str:
    """Return a cell as a line of text: white space and line breaks inside become single spaces.

    A whole number that Excel holds as 12.0 becomes 12.
    """
    if isinstance(cell, str):
        return " ".join(cell.split())
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def names_of(cell: Cell) -> tuple[str, ...]:
    """Return the names in a cell that may hold several, separated by | or ; or line breaks, in lower case."""
    parts = re.split(r"[|;\n]", cell) if isinstance(cell, str) else [text_of(cell)]
    return tuple(sorted({" ".join(part.split()).lower() for part in parts if part.strip()}))


def day_of(cell: Cell, order: DateOrder | None, start: date = SERIAL_START) -> date | None:
    """Return the date in a cell, or None for an empty one. ``start`` is day 0 of serial dates."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(int(cell) if isinstance(cell, float) else cell)
    if not text or text.lower() in OPEN_END:
        return None
    if text.isdigit() and len(text) == 5 and int(text) in SERIAL_DAYS:
        return start + timedelta(days=int(text))
    try:
        return _written(text, order)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a date: {error}") from error


def _written(text: str, order: DateOrder | None) -> date:
    if match := _YEAR_FIRST.fullmatch(text):
        return date(int(match[1]), int(match[3]), int(match[4]))
    match = _YEAR_LAST.fullmatch(text)
    if not match:
        raise ValueError("dates are written like 2027-01-31")
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if order == "mdy" or (order is None and match[2] != "." and second > 12):
        return date(year, first, second)
    if order == "dmy" or match[2] == "." or first > 12 or first == second:
        return date(year, second, first)
    raise ValueError("day or month first? Say `dates: dmy` or `dates: mdy` in a mapping file")


def birth_year_of(cell: Cell) -> int | None:
    """Return the year in a cell that holds a year or a whole date."""
    if isinstance(cell, date):
        return cell.year
    text = text_of(cell)
    if not text:
        return None
    year = text[:4]
    rest = text[4:]
    if (
        not year.isdigit()
        or (rest and not re.fullmatch(r"-?\d{2}-?\d{2}", rest))
        or int(year) not in BIRTH_YEARS
    ):
        raise ValueError(f"{text!r} is not a year of birth")
    return int(year)


def truth_of(cell: Cell) -> bool:
    """Return what yes or no a cell says. An empty one says no."""
    text = text_of(cell).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError(f"{text!r} is neither yes nor no")


def language_of(cell: Cell) -> Language:
    """Return the language in a cell, Swedish for an empty one."""
    text = text_of(cell).lower()
    code = re.split(r"[-_]", text)[0] if text else "sv"
    for language in get_args(Language):
        if code == language:
            return language  # type: ignore[no-any-return]  # get_args gives Any
    if text not in _LANGUAGES and code not in _LANGUAGES:
        raise ValueError(f"{text!r} is not a language that we write in: {', '.join(get_args(Language))}")
    return _LANGUAGES.get(text) or _LANGUAGES[code]
