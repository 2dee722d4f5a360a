"""CRM exports written for a test."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from deploy.importing.reading import Export, open_export
from deploy.importing.rows import BrokenRow, Row

HEADER = (
    "person_id;first_name;last_name;email;phone;birth_year;language;"
    "unit_id;unit_name;unit_kind;region;assignment_type;valid_from;valid_to"
)


def person(
    person_id: str = "0042",
    *,
    first_name: str = "Åsa",
    email: str = "asa@example.se",
    unit_id: str = "0114",
    assignment_type: str = "ordförande",
    valid_from: str = "2026-03-15",
    valid_to: str = "",
) -> list[str]:
    """One row's cells, in the order of HEADER."""
    return [
        person_id, first_name, "Öberg", email, "070-174 06 05", "1961", "sv",
        unit_id, "Upplands Väsby", "krets", "Stockholm", assignment_type, valid_from, valid_to,
    ]  # fmt: skip


def text(rows: Sequence[Sequence[str]], header: str = HEADER, separator: str = ";") -> str:
    """A file's text, with the line ends of Windows."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=separator, lineterminator="\r\n")
    writer.writerows([header.split(";"), *rows])
    return written.getvalue()


def export_of(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Export:
    """Write an export and open it."""
    path = folder / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return open_export(path)


def workbook_of(folder: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Write a workbook with one sheet."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    path = folder / "export.xlsx"
    workbook.save(path)
    return path


def good(export: Export) -> list[Row]:
    """The rows of an export that has no broken ones."""
    rows = list(export.rows())
    assert not [row for row in rows if isinstance(row, BrokenRow)]
    return [row for row in rows if isinstance(row, Row)]


def broken(export: Export) -> list[tuple[int, str]]:
    """Line and reason of the broken rows."""
    return [(row.line, row.reason) for row in export.rows() if isinstance(row, BrokenRow)]
