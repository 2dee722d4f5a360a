"""Reading a CRM export, row by row: text with separators, or an Excel workbook."""

import hashlib
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from deploy.importing.cells import SERIAL_START, Cell, text_of
from deploy.importing.columns import ColumnMapping, required
from deploy.importing.decoding import detect
from deploy.importing.failures import UnreadableFile
from deploy.importing.lengths import Lengths
from deploy.importing.rows import BrokenRow, Row, RowReader
from deploy.importing.separated import SEPARATORS, records, without_hint
from deploy.importing.workbook import is_workbook, open_workbook, serial_start, sheet_rows

HEADER_WITHIN = 20
"""Rows among which the header is looked for: an export may begin with a title."""

USUAL_AMONG = 200
"""Rows by which it is told how long a row usually is."""

RawRow = tuple[int, Sequence[Cell], str]
"""Line, cells, and what is wrong with the row if it cannot be told apart."""


@dataclass(frozen=True)
class Source:
    """How to read the rows of a file: ``separator`` for text, ``sheet`` for a workbook.

    ``lines`` is how long the file is, 0 if it does not say. ``digest`` is the SHA-256 of its bytes.
    """

    path: Path
    digest: str
    lines: int = 0
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    serial_start: date = SERIAL_START

    def rows(self, width: int = 0, longest: int = 0) -> Generator[RawRow, None, None]:
        """Read from the start. ``width`` and ``longest`` are those of Lengths, 0 before they are known."""
        if self.sheet:
            with open_workbook(self.path) as workbook:
                for number, cells in sheet_rows(workbook, self.sheet):
                    yield number, cells, ""
        else:
            with self.path.open(encoding=self.encoding, newline="") as text:
                lines, hint, skipped = without_hint(text)
                yield from records(lines, hint or self.separator, width, longest, skipped)


@dataclass(frozen=True)
class Header:
    """Where the header stands, and which column is where. ``ignored`` are names that mean nothing to us."""

    line: int
    names: tuple[str, ...]
    lengths: Lengths
    places: dict[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Export:
    """A CRM export that was opened once and found readable."""

    source: Source
    header: Header
    mapping: ColumnMapping

    def rows(self) -> Iterator[Row | BrokenRow]:
        """Read the rows from the start. None is kept: memory does not grow with the file."""
        lengths = self.header.lengths
        reader = RowReader(self.header.places, lengths, self.mapping, self.source.serial_start)
        with closing(self.source.rows(lengths.width, lengths.longest)) as raw_rows:
            for line, cells, wrong in raw_rows:
                if line > self.header.line and (row := reader.read(line, cells, wrong)) is not None:
                    yield row


def open_export(path: Path, mapping: ColumnMapping | None = None) -> Export:
    """Find out how a file is to be read. Raises UnreadableFile with the reason if it cannot be."""
    mapping = mapping or ColumnMapping()
    try:
        candidates = list(_in_workbook(path) if is_workbook(path) else _in_text(path))
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from error
    if not candidates:
        raise UnreadableFile(f"{path.name} is empty")
    source, line, names, cells = max(candidates, key=lambda candidate: mapping.recognized(candidate[2]))
    places = mapping.find(names)
    required(places, names)
    used = set(places.values())
    ignored = tuple(name for place, name in enumerate(names) if name and place not in used)
    lengths = Lengths(len(names)) if source.sheet else _lengths(source, line, len(names), cells)
    return Export(source, Header(line, names, lengths, places, ignored), mapping)


def _lengths(source: Source, line: int, width: int, header: int) -> Lengths:
    """Return how long the rows of a text are. Some programs end every row with a separator too many."""
    with closing(source.rows(width)) as rows:
        after = (len(cells) for number, cells, wrong in rows if number > line and not wrong and any(cells))
        counted = Counter(islice(after, USUAL_AMONG))
    usual = min(counted, key=lambda length: (-counted[length], abs(length - width)), default=width)
    return Lengths(width, header, usual)


Candidate = tuple[Source, int, tuple[str, ...], int]
"""A way to read the file, and a row that could be the header: its line, its names, and its cells in all."""


def _in_workbook(path: Path) -> Iterator[Candidate]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with open_workbook(path) as workbook:
        start = serial_start(workbook)
        for sheet in workbook.worksheets:
            source = Source(path, digest, sheet.max_row or 0, "xlsx", sheet=sheet.title, serial_start=start)
            for line, cells in islice(sheet_rows(workbook, sheet.title), HEADER_WITHIN):
                yield from _candidate(source, line, cells)


def _in_text(path: Path) -> Iterator[Candidate]:
    encoding = detect(path)
    for separator in SEPARATORS:
        source = Source(path, encoding.digest, encoding.lines, encoding.name, separator)
        with closing(source.rows()) as rows:
            for line, cells, _ in islice(rows, HEADER_WITHIN):
                yield from _candidate(source, line, cells)


def _candidate(source: Source, line: int, cells: Sequence[Cell]) -> Iterator[Candidate]:
    names = tuple(text_of(cell) for cell in cells)
    if any(names):
        last = max(place for place, name in enumerate(names) if name)
        yield source, line, names[: last + 1], len(names)
