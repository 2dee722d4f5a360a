"""Reading text with separators: what Excel and a CRM call CSV."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain

SEPARATORS = (";", ",", "\t")

LONGEST = 20
"""Lines that one row may run over, by line breaks inside quotation marks."""

Cells = list[str]


def records(
    lines: Iterable[str], separator: str, width: int = 0, longest: int = 0, skipped: int = 0
) -> Iterator[tuple[int, Cells, str]]:
    """Give (line, cells, what is wrong) of each row; the line is the row's first, counted from 1.

    ``width`` is the number of columns and ``longest`` the most cells of a row, 0 if they are not known;
    ``skipped`` lines were taken before. A quotation mark that is never closed costs its own line and no
    other: reading goes on with the next.
    """
    feed = _Feed(lines, skipped)
    while (first := feed.take()) is not None:
        number = feed.number
        if '"' not in first:
            cells, wrong = first.rstrip("\r\n").split(separator), ""
        else:
            cells, wrong = _quoted(feed, first, separator, width, longest)
        yield number, cells, wrong


class _Feed:
    """Lines with their numbers, which can be put back."""

    def __init__(self, lines: Iterable[str], skipped: int) -> None:
        self._lines = iter(lines)
        self._returned: deque[str] = deque()
        self.number = skipped

    def take(self) -> str | None:
        line = self._returned.popleft() if self._returned else next(self._lines, None)
        self.number += line is not None
        return line

    def give_back(self, lines: list[str]) -> None:
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)


def _quoted(feed: _Feed, first: str, separator: str, width: int, longest: int) -> tuple[Cells, str]:
    more: list[str] = []

    def row_lines() -> Iterator[str]:
        yield first
        while len(more) < LONGEST and (line := feed.take()) is not None:
            more.append(line)
            yield line

    try:
        cells = next(csv.reader(row_lines(), delimiter=separator, strict=True))
        if not (more and _swallowed(cells, separator, width, longest)):
            return cells, ""
    except csv.Error:
        pass
    feed.give_back(more)
    return (
        first.rstrip("\r\n").split(separator),
        "a quotation mark is not closed, or stands in the wrong place",
    )


def _swallowed(cells: Cells, separator: str, width: int, longest: int) -> bool:
    """Whether a quotation mark that another row happens to close has made one row of two.

    Opened in a row's cell i and closed in another's cell k, it leaves i - k cells more than a row has, or
    holds at least as many separators as a row.
    """
    return 0 < longest < len(cells) or (
        width > 1 and any(cell.count(separator) >= width - 1 for cell in cells)
    )


def without_hint(lines: Iterator[str]) -> tuple[Iterator[str], str, int]:
    """Take away the line ``sep=;`` that Excel may begin with: the rest, the separator, the lines taken."""
    first = next(lines, "")
    hint = first.strip("\r\n ").lower()
    if hint.startswith("sep=") and hint[4:] in SEPARATORS:
        return lines, hint[4:], 1
    return chain((first,), lines) if first else lines, "", 0
