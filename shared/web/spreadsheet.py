"""Lists as files that a spreadsheet opens: semicolons, as in imports, and nothing that it could run."""

import csv
import io
from collections.abc import Iterable

MEDIA_TYPE = "text/csv; charset=utf-8"

BYTE_ORDER_MARK = "\ufeff"
"""Begins the file. Without it Excel takes UTF-8 for Windows-1252."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins like this is taken for a formula, which can fetch and send."""


def line(values: Iterable[object]) -> str:
    """Return a line of the file. Text that looks like a formula gets an apostrophe before it."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow(_harmless(value) for value in values)
    return written.getvalue()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA) else value
