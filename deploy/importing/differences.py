"""What differs between two exports of the same register."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from deploy.importing.rows import BrokenRow
from deploy.importing.summary import Differences
from shared.addresses import is_deliverable, normalize
from shared.contracts.crm import Assignment, Person, Unit


class Snapshot:
    """What one export held: for each person and assignment a number that changes when it does.

    ``unreachable`` are people without an address that works.
    """

    def __init__(self) -> None:
        self.persons: dict[str, int] = {}
        self.unreachable: set[str] = set()
        self.assignments: dict[str, tuple[str, int]] = {}

    def take(self, person: Person | None, assignment: Assignment | None) -> None:
        """Remember what a row gave."""
        if person is not None:
            told = person.model_dump(exclude={"version"})
            self.persons[person.person_id] = hash(tuple(told.values()))
            if not is_deliverable(normalize(person.email or "")):
                self.unreachable.add(person.person_id)
        if assignment is not None:
            period = hash((assignment.valid_from, assignment.valid_to))
            self.assignments[assignment.assignment_id] = (assignment.person_id, period)


def compare(before: Snapshot, after: Snapshot, broken_rows: Collection[BrokenRow]) -> Differences:
    """Return the differences. What belongs to a person with a broken row has not vanished."""
    spared = {row.person_id for row in broken_rows}
    persons_removed = sorted(before.persons.keys() - after.persons.keys() - spared)
    assignments_removed = sorted(
        key
        for key in before.assignments.keys() - after.assignments.keys()
        if before.assignments[key][0] not in spared
    )
    return Differences(
        persons_added=len(after.persons.keys() - before.persons.keys()),
        persons_changed=sum(before.persons.get(key, told) != told for key, told in after.persons.items()),
        persons_removed=tuple(persons_removed),
        assignments_added=len(after.assignments.keys() - before.assignments.keys()),
        assignments_changed=sum(
            before.assignments.get(key, held) != held for key, held in after.assignments.items()
        ),
        assignments_removed=tuple(assignments_removed),
        held_back=_why_held_back(broken_rows),
        addresses_lost=len((before.persons.keys() - before.unreachable) & after.unreachable),
    )


@dataclass(frozen=True)
class Known:
    """What the scheduler holds of the register: people, assignments with their people, and units.

    ``reachable`` are people with an address; None if it does not say.
    """

    persons: frozenset[str] = frozenset()
    reachable: frozenset[str] | None = None
    assignments: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)


def compare_known(
    known: Known, after: Snapshot, units: Collection[Unit], broken_rows: Collection[BrokenRow]
) -> Differences:
    """Return how a complete file differs from what is known.

    What belongs to a person with a broken row has not vanished, nor has any unit while there is such a row.
    A unit above one of the file's has not vanished either.
    """
    spared = {row.person_id for row in broken_rows}
    gone = known.assignments.keys() - after.assignments.keys()
    there = {unit.unit_id for unit in units}
    open_units = there | _above(units, known.units)
    return Differences(
        persons_added=len(after.persons.keys() - known.persons),
        persons_changed=None,
        persons_removed=tuple(sorted(known.persons - after.persons.keys() - spared)),
        assignments_added=len(after.assignments.keys() - known.assignments.keys()),
        assignments_changed=None,
        assignments_removed=tuple(sorted(key for key in gone if known.assignments[key] not in spared)),
        held_back=_why_held_back(broken_rows),
        units_added=len(there - known.units.keys()),
        units_removed=() if broken_rows else tuple(sorted(known.units.keys() - open_units)),
        addresses_lost=None if known.reachable is None else len(known.reachable & after.unreachable),
        units_stripped=sum(
            _stripped(known.units[unit.unit_id], unit) for unit in units if unit.unit_id in known.units
        ),
    )


def _above(units: Collection[Unit], known: Mapping[str, Unit]) -> set[str]:
    """Return the units that the file names as those above its own, and those known to be above these."""
    above: set[str] = set()
    named = {unit.parent_id for unit in units}
    while parents := {parent for parent in named if parent} - above:
        above |= parents
        named = {known[parent].parent_id for parent in parents if parent in known}
    return above


def _stripped(before: Unit, now: Unit) -> bool:
    """Whether a unit would lose that by which audiences find it."""
    return (bool(before.region) and not now.region) or (bool(before.parent_id) and not now.parent_id)


def _why_held_back(broken_rows: Collection[BrokenRow]) -> str:
    for row in broken_rows:
        if not row.person_id:
            return (
                f"line {row.line} does not say whose row it is, so that nothing can be known to have vanished"
            )
    return ""
