"""From rows to what the CRM publishes: people, assignments and units, in batches."""

import hashlib
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from deploy.importing.rows import Row
from deploy.importing.summary import Doubt, ImportSummary
from deploy.importing.units import UnitRegister
from shared.addresses import is_deliverable, normalize
from shared.contracts.crm import (
    BATCH,
    Assignment,
    AssignmentChanged,
    Person,
    PersonChanged,
    Unit,
    UnitChanged,
)
from shared.contracts.message import Message

MAILING_TYPES = frozenset({"utskicksansvarig", "mailing contact"})
"""Assignments whose holders order for their unit (A9)."""

MEMBER_TYPES = frozenset({"medlemsansvarig", "member contact"})
"""Assignments whose holders look after their unit's new members (C1)."""


Attributes = tuple[tuple[str, ...], tuple[str, ...]]
"""Agreements and occupational groups."""


@dataclass(frozen=True)
class Options:
    """``version`` is the moment of the import in milliseconds since 1970: a later import is newer.

    Named people are those whose assignment is in force ``today``.
    """

    version: int
    today: date
    mailing_types: frozenset[str] = MAILING_TYPES
    member_types: frozenset[str] = MEMBER_TYPES


def assignment_key(row: Row, *, again: bool = False) -> str:
    """Return the id of a row's assignment: the same for the same person, unit and type, in every export.

    Who holds it ``again``, for another period, has one more id, by its first day.
    """
    parts = [row.person_id, row.unit_id, row.assignment_type]
    if again:
        parts.append(str(row.valid_from))
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


class Translator:
    """Turns the rows of one export into messages, and counts in ``summary``.

    Keeps what it must to see the same person or assignment again: some 330 bytes a person.
    """

    def __init__(self, options: Options, summary: ImportSummary) -> None:
        self._options = options
        self._summary = summary
        self._known: dict[str, str] = {}
        self._held: dict[str, str] = {}
        self._attributes: dict[str, Attributes] = {}
        self._profiles: dict[Attributes, Attributes] = {}
        self._units = UnitRegister(options.mailing_types, options.member_types, options.today, self._doubt)

    def person(self, row: Row) -> Person | None:
        """Return the person of a row, or None if an earlier row told all of it.

        The first row counts. A wish not to be mailed counts wherever it stands (F1).
        """
        named = f"{row.first_name}\x1f{row.last_name}\x1f{row.email}\x1f"
        wish = "1" if row.opted_out else "0"
        before = self._known.get(row.person_id)
        if before is None:
            told = f"{named}{row.phone}\x1f{row.birth_year or ''}\x1f{row.language}\x1f{wish}"
            self._known[row.person_id] = told
            self._remember_attributes(row)
            self._count(row)
            return self._as_person(row.person_id, self._options.version)
        if not before.startswith(named):
            self._doubt(
                row.line, f"another name or address of {row.person_id} than before: the first one counts"
            )
        if self._attributes_of(row.person_id) != (row.agreements, row.occupational_groups):
            self._doubt(row.line, f"other agreements or groups of {row.person_id}: the first row counts")
        if before[-1] == wish:
            return None
        self._doubt(
            row.line, f"{row.person_id} has opted out on one row and not on another: taken as opted out"
        )
        if before[-1] == "1":
            return None
        self._known[row.person_id] = before[:-1] + "1"
        self._summary.opted_out += 1
        return self._as_person(row.person_id, self._options.version + 1)

    def assignment(self, row: Row) -> Assignment | None:
        """Return the assignment of a row, or None if it has none or an earlier row had the same."""
        if not row.assignment_type:
            return None
        period = sys.intern(f"{row.valid_from}/{row.valid_to}")
        key = assignment_key(row)
        if key in self._held and not self._held[key].startswith(f"{row.valid_from}/"):
            key = assignment_key(row, again=True)
        if key in self._held:
            what = (
                "the same assignment" if self._held[key] == period else "another end of the same assignment"
            )
            self._doubt(row.line, f"{what} as before: the first one counts")
            return None
        self._held[key] = period
        self._summary.assignments += 1
        return Assignment(
            assignment_id=key,
            version=self._options.version,
            person_id=row.person_id,
            unit_id=row.unit_id,
            assignment_type=row.assignment_type,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )

    def unit(self, row: Row) -> None:
        """Remember the unit of a row, and its named person."""
        name, surname, email, *_ = self._known[row.person_id].split("\x1f")
        self._units.take(row, f"{name} {surname}".strip(), email)

    def units(self) -> Collection[Unit]:
        """Return the units that the rows so far speak of."""
        return self._units.units(self._options.version)

    def finish(self) -> Iterator[Message]:
        """Give the units: only now are their named people known."""
        self._lost_zeros()
        units = self._units.units(self._options.version)
        self._summary.units = len(units)
        self._summary.named_people = sum(
            contact.role == "mailing" for unit in units for contact in unit.contacts
        )
        for start in range(0, len(units), BATCH):
            yield UnitChanged(units=units[start : start + BATCH])

    def _as_person(self, person_id: str, version: int) -> Person:
        first_name, last_name, email, phone, year, language, wish = self._known[person_id].split("\x1f")
        agreements, groups = self._attributes_of(person_id)
        return Person(
            person_id=person_id,
            version=version,
            first_name=first_name,
            last_name=last_name,
            email=email or None,
            phone=phone or None,
            birth_year=int(year) if year else None,
            language=language,
            email_opted_out=wish == "1",
            agreements=agreements,
            occupational_groups=groups,
        )

    def _remember_attributes(self, row: Row) -> None:
        """Keep them once for all who are alike."""
        told = (row.agreements, row.occupational_groups)
        if any(told):
            self._attributes[row.person_id] = self._profiles.setdefault(told, told)

    def _attributes_of(self, person_id: str) -> Attributes:
        return self._attributes.get(person_id, ((), ()))

    def _count(self, row: Row) -> None:
        self._summary.persons += 1
        self._summary.opted_out += row.opted_out
        if not row.email:
            self._summary.without_address += 1
        elif not is_deliverable(normalize(row.email)):
            self._summary.broken_addresses += 1

    def _doubt(self, line: int, reason: str) -> None:
        self._summary.doubts.append(Doubt(line, reason))

    def _lost_zeros(self) -> None:
        for column, keys in (("person_id", self._known), ("unit_id", self._units.names)):
            for key in keys:
                if key.startswith("0") and (short := key.lstrip("0")) in keys:
                    self._doubt(
                        0, f"{column} {short} may be {key} without its zeros: see `pad:` in the mapping"
                    )


class Batches:
    """People and assignments, gathered until a message is full."""

    def __init__(self) -> None:
        self._persons: list[Person] = []
        self._assignments: list[Assignment] = []

    def take(self, person: Person | None, assignment: Assignment | None) -> Iterator[Message]:
        """Add what a row gave; give the messages that became full."""
        if person is not None:
            self._persons.append(person)
        if assignment is not None:
            self._assignments.append(assignment)
        yield from self._give(BATCH)

    def rest(self) -> Iterator[Message]:
        """Give what is left."""
        yield from self._give(1)

    def _give(self, least: int) -> Iterator[Message]:
        if len(self._persons) >= least:
            yield PersonChanged(persons=tuple(self._persons))
            self._persons = []
        if len(self._assignments) >= least:
            yield AssignmentChanged(assignments=tuple(self._assignments))
            self._assignments = []
