"""What an import did, or would do."""

from dataclasses import asdict, dataclass, field
from typing import Any

from deploy.importing.rows import BrokenRow


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in a row that was imported all the same, and what was made of it. Line 0: the whole file."""

    line: int
    reason: str


@dataclass(frozen=True)
class Differences:
    """How an export differs from the one before, or from what is known. Ids of people, never names (F4).

    ``held_back`` says why nothing that vanished was ended or erased. What changed is None where it is not
    compared: what is known is known by its ids. ``addresses_lost`` are people who had an address that works,
    None if nobody said who has one; ``units_stripped`` had a region or a unit above.
    """

    persons_added: int
    persons_changed: int | None
    persons_removed: tuple[str, ...]
    assignments_added: int
    assignments_changed: int | None
    assignments_removed: tuple[str, ...]
    held_back: str = ""
    units_added: int = 0
    units_removed: tuple[str, ...] = ()
    addresses_lost: int | None = None
    units_stripped: int = 0

    @property
    def vanished(self) -> int:
        """How many people, assignments and units are no longer there."""
        return len(self.persons_removed) + len(self.assignments_removed) + len(self.units_removed)

    @property
    def at_stake(self) -> int:
        """How many people, assignments and units would end, or lose what mail needs."""
        ending = 0 if self.held_back else self.vanished
        return ending + (self.addresses_lost or 0) + self.units_stripped


@dataclass
class ImportSummary:
    """The figures of one import. ``persons`` and so on are what was, or would be, published.

    ``digest`` is the SHA-256 of the file.
    """

    file: str
    digest: str = ""
    encoding: str = ""
    separator: str = ""
    dry_run: bool = False
    rows: int = 0
    persons: int = 0
    units: int = 0
    assignments: int = 0
    named_people: int = 0
    opted_out: int = 0
    without_address: int = 0
    broken_addresses: int = 0
    messages: int = 0
    ended: int = 0
    closed: int = 0
    erased: int = 0
    ignored_columns: tuple[str, ...] = ()
    broken_rows: list[BrokenRow] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    differences: Differences | None = None

    @property
    def exit_code(self) -> int:
        """2 when rows were left out, else 0."""
        return 2 if self.broken_rows else 0

    def as_json(self) -> dict[str, Any]:
        """The summary as JSON's own types."""
        return {**asdict(self), "ignored_columns": list(self.ignored_columns)}
