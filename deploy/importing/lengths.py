"""How many cells a row may have: what tells a row with a separator lost, or one too much."""

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.importing.cells import Cell, text_of


@dataclass(frozen=True)
class Lengths:
    """How many cells a row may have. ``width`` is the header's columns; cells after them must be empty.

    In text, a row of more cells than these has them shifted, unless it is as long as the header with its
    empty end, or as ``usual`` among the first rows. ``usual`` is 0 in a workbook, where cells have places.
    """

    width: int
    header: int = 0
    usual: int = 0

    @property
    def longest(self) -> int:
        """The most cells that a row of text may have."""
        return max(self.width, self.header, self.usual)

    def allow(self, cells: Sequence[Cell]) -> bool:
        """Whether no cell stands where it cannot."""
        if any(cell not in {None, ""} and text_of(cell) for cell in cells[self.width :]):
            return False
        return not self.usual or len(cells) <= self.width or len(cells) in {self.header, self.usual}

    def are_usual(self, cells: Sequence[Cell]) -> bool:
        """Whether nothing speaks for a separator that is lost or too much."""
        return not self.usual or len(cells) in {self.usual, max(self.usual, self.width)}
