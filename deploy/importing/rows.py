"""A row of a CRM export, and what it means. A row that cannot mean anything is broken, with the reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from deploy.importing.cells import (
    EXCEL_ERRORS,
    Cell,
    birth_year_of,
    day_of,
    language_of,
    names_of,
    text_of,
    truth_of,
)
from deploy.importing.columns import ColumnMapping
from deploy.importing.lengths import Lengths
from shared.contracts.message import Language

KEY_LENGTH = 200
LINE_LENGTH = 500
ADDRESS_LENGTH = 320
MOST_ATTRIBUTES = 50
"""As in shared.contracts.message. A longer address is cut there: it is broken either way."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
"""What no Key and no name of an assignment may hold."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person, and at most one assignment in one unit. ``line`` counts from 1, the header included.

    ``email`` is as the CRM holds it, broken or not. Without ``assignment_type`` there is no assignment.
    ``parent_id`` is the unit above. ``doubts`` are cells that were left out because they cannot be read,
    though the row can be used.
    """

    line: int
    person_id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    birth_year: int | None
    language: Language
    opted_out: bool
    unit_id: str
    unit_name: str
    unit_kind: str
    region: str
    assignment_type: str
    valid_from: date | None
    valid_to: date | None
    doubts: tuple[str, ...] = ()
    parent_id: str = ""
    agreements: tuple[str, ...] = ()
    occupational_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that is left out. ``person_id`` is empty where it cannot be told whose row it is."""

    line: int
    reason: str
    person_id: str = ""


class _Misaligned(ValueError):
    """The cells of the row are not those of their columns: not even whose row it is can be told."""


class RowReader:
    """Reads the rows of one file."""

    def __init__(
        self, places: Mapping[str, int], lengths: Lengths, mapping: ColumnMapping, serial_start: date
    ) -> None:
        self._places = places
        self._lengths = lengths
        self._mapping = mapping
        self._serial_start = serial_start

    def read(self, line: int, cells: Sequence[Cell], wrong: str = "") -> Row | BrokenRow | None:
        """Return the row, why it is broken, or None for an empty one."""
        if not any(cell is not None and cell != "" for cell in cells):
            return None
        if wrong:
            return BrokenRow(line, wrong)
        try:
            self._check(cells)
            return self._fitting(self._row(line, cells), cells)
        except _Misaligned as error:
            return BrokenRow(line, str(error))
        except ValueError as error:
            return BrokenRow(line, str(error), self._whose(cells))

    def _whose(self, cells: Sequence[Cell]) -> str:
        """Return whose a broken row is. Empty if that is not sure: the wrong person would be spared."""
        key = self._key(cells, "person_id")
        wrong = len(key) > KEY_LENGTH or key in EXCEL_ERRORS or _CONTROLS.search(key)
        return "" if wrong or not self._lengths.are_usual(cells) else key

    def _fitting(self, row: Row, cells: Sequence[Cell]) -> Row:
        """Return a row whose length is unusual only if what its cells say is what their columns hold.

        A row may end early, where all that follows is empty. It may also have lost a separator.
        """
        if self._lengths.are_usual(cells):
            return row
        if row.doubts or (row.email and "@" not in row.email) or _is_day(row.assignment_type):
            width = self._lengths.width
            raise _Misaligned(
                f"{len(cells)} cells, not the header's {width}, and they do not fit: a separator lost?"
            )
        return row

    def _cell(self, cells: Sequence[Cell], column: str) -> Cell:
        place = self._places.get(column)
        return cells[place] if place is not None and place < len(cells) else None

    def _text(self, cells: Sequence[Cell], column: str, longest: int = LINE_LENGTH) -> str:
        text = text_of(self._cell(cells, column))
        if len(text) > longest:
            raise ValueError(f"{column} is longer than {longest} characters")
        return text

    def _names(self, cells: Sequence[Cell], column: str) -> tuple[str, ...]:
        names = names_of(self._cell(cells, column))
        _refuse_controls(column, " ".join(names))
        if len(names) > MOST_ATTRIBUTES or any(len(name) > KEY_LENGTH for name in names):
            raise ValueError(
                f"{column} has more than {MOST_ATTRIBUTES} names, or one longer than {KEY_LENGTH} characters"
            )
        return names

    def _key(self, cells: Sequence[Cell], column: str) -> str:
        key = text_of(self._cell(cells, column))
        width = self._mapping.pad.get("unit_id" if column == "parent_id" else column)
        return key.zfill(width) if width and key.isdigit() else key

    def _check(self, cells: Sequence[Cell]) -> None:
        if not self._lengths.allow(cells):
            raise _Misaligned(
                f"more than the header's {self._lengths.width} columns: a separator inside a cell?"
            )
        if not EXCEL_ERRORS.isdisjoint(cells):
            wrong = sorted(column for column in self._places if self._cell(cells, column) in EXCEL_ERRORS)
            if wrong:
                raise ValueError(f"{wrong[0]} is Excel's error {self._cell(cells, wrong[0])}")
        for column in ("person_id", "unit_id", "parent_id"):
            key = self._key(cells, column)
            _refuse_controls(column, key)
            if len(key) > KEY_LENGTH:
                raise ValueError(f"{column} is longer than {KEY_LENGTH} characters")

    def _day(self, cells: Sequence[Cell], column: str) -> date | None:
        try:
            return day_of(self._cell(cells, column), self._mapping.dates, self._serial_start)
        except ValueError as error:
            raise ValueError(f"{column}: {error}") from error

    def _row(self, line: int, cells: Sequence[Cell]) -> Row:
        person_id, unit_id = self._key(cells, "person_id"), self._key(cells, "unit_id")
        assignment_type = self._text(cells, "assignment_type", KEY_LENGTH).lower()
        _refuse_controls("assignment_type", assignment_type)
        valid_from, valid_to = self._day(cells, "valid_from"), self._day(cells, "valid_to")
        if not person_id:
            raise ValueError("person_id is missing")
        if assignment_type and not unit_id:
            raise ValueError(f"unit_id is missing for the assignment {assignment_type!r}")
        if valid_from and valid_to and valid_to < valid_from:
            raise ValueError(f"valid_to {valid_to} is before valid_from {valid_from}")
        opted_out = self._opted_out(cells)
        doubts: list[str] = []
        return Row(
            line=line,
            person_id=person_id,
            first_name=self._text(cells, "first_name"),
            last_name=self._text(cells, "last_name"),
            email=text_of(self._cell(cells, "email"))[:ADDRESS_LENGTH],
            phone=self._text(cells, "phone"),
            birth_year=self._birth_year(cells, doubts),
            language=self._language(cells, doubts),
            opted_out=opted_out,
            agreements=self._names(cells, "agreements"),
            occupational_groups=self._names(cells, "occupational_groups"),
            unit_id=unit_id,
            unit_name=self._text(cells, "unit_name"),
            unit_kind=self._text(cells, "unit_kind").lower(),
            region=self._text(cells, "region", KEY_LENGTH),
            parent_id=self._key(cells, "parent_id"),
            assignment_type=assignment_type,
            valid_from=valid_from,
            valid_to=valid_to,
            doubts=tuple(doubts),
        )

    def _opted_out(self, cells: Sequence[Cell]) -> bool:
        """A wish that cannot be read breaks the row: to guess would mail somebody who said no (F1)."""
        try:
            return truth_of(self._cell(cells, "opted_out"))
        except ValueError as error:
            raise ValueError(f"opted_out: {error}") from error

    def _birth_year(self, cells: Sequence[Cell], doubts: list[str]) -> int | None:
        try:
            return birth_year_of(self._cell(cells, "birth_year"))
        except ValueError as error:
            doubts.append(f"birth_year left out: {error}")
            return None

    def _language(self, cells: Sequence[Cell], doubts: list[str]) -> Language:
        try:
            return language_of(self._cell(cells, "language"))
        except ValueError as error:
            doubts.append(f"language taken as Swedish: {error}")
            return "sv"


def _refuse_controls(column: str, text: str) -> None:
    if _CONTROLS.search(text):
        raise ValueError(f"{column} has a control character")


def _is_day(text: str) -> bool:
    try:
        return day_of(text, "ymd") is not None
    except ValueError:
        return False
