"""Reading an Excel workbook, row by row."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from deploy.importing.cells import Cell
from deploy.importing.failures import UnreadableFile

ZIP_MARK = b"PK\x03\x04"
OLD_MARK = b"\xd0\xcf\x11\xe0"

DAMAGE = (InvalidFileException, zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError)
"""What openpyxl raises for a file that is not, or no longer, a workbook."""


def is_workbook(path: Path) -> bool:
    """Whether the file is a workbook, whatever its name says. Raises UnreadableFile for an old one (.xls)."""
    with path.open("rb") as file:
        start = file.read(4)
    if start == OLD_MARK:
        raise UnreadableFile(f"{path.name} is a workbook of the old kind: save it as .xlsx or CSV")
    return start == ZIP_MARK


@contextmanager
def open_workbook(path: Path) -> Iterator[Any]:
    """Open a workbook for reading rows one after the other.

    openpyxl warns of styles, extensions and impossible dates; the first two we do not read, and the last
    become #VALUE!, which breaks its row.
    """
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        try:
            workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except DAMAGE as error:
            raise UnreadableFile(f"{path.name} is no workbook that can be read: {error}") from error
        try:
            yield workbook
        finally:
            workbook.close()


def sheet_rows(workbook: Any, name: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Give (row number, cells) of a sheet. The size that the sheet claims to have is not believed."""
    sheet = workbook[name]
    sheet.reset_dimensions()
    try:
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, tuple(map(_cell, values))
    except DAMAGE as error:
        raise UnreadableFile(f"sheet {name!r} is damaged: {error}") from error


def serial_start(workbook: Any) -> date:
    """Return day 0 of the workbook's dates: those of old Macintoshes count from 1904."""
    epoch: date = workbook.epoch.date()
    return epoch


def _cell(value: Any) -> Cell:
    return value if value is None or isinstance(value, str | int | float | date) else str(value)
