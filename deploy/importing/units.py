"""The units that an export's rows speak of, and their named people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from deploy.importing.rows import Row
from shared.addresses import is_deliverable, normalize
from shared.contracts.crm import Unit, UnitContact

NAMED_PEOPLE = 2
"""Most people who order for one unit (A9)."""

MEMBER_CONTACTS = 10
"""Most people who look after one unit's new members. More than these are a mistake in the register."""


@dataclass
class _Draft:
    name: str
    kind: str
    region: str
    parent_id: str
    mailing: list[UnitContact] = field(default_factory=list)
    member: list[UnitContact] = field(default_factory=list)


class UnitRegister:
    """Gathers units from rows: the first row that says something of a unit counts."""

    def __init__(
        self,
        mailing_types: frozenset[str],
        member_types: frozenset[str],
        today: date,
        doubt: Callable[[int, str], None],
    ) -> None:
        self._mailing_types = mailing_types
        self._member_types = member_types
        self._today = today
        self._doubt = doubt
        self._drafts: dict[str, _Draft] = {}
        self._doubted: set[str] = set()

    @property
    def names(self) -> dict[str, str]:
        """Name by id."""
        return {unit_id: draft.name for unit_id, draft in self._drafts.items()}

    def take(self, row: Row, person_name: str, email: str) -> None:
        """Take what a row says of its unit, and the person if it is one of the unit's named people."""
        if not row.unit_id:
            return
        draft = self._drafts.setdefault(
            row.unit_id, _Draft(row.unit_name, row.unit_kind, row.region, row.parent_id)
        )
        self._compare(draft, row)
        if row.assignment_type in self._mailing_types | self._member_types and self._in_force(row):
            self._contact(draft, row, person_name, email)

    def units(self, version: int) -> tuple[Unit, ...]:
        """Return the units, by id."""
        return tuple(
            Unit(
                unit_id=unit_id,
                version=version,
                name=draft.name or unit_id,
                kind=draft.kind or "branch",
                region=draft.region,
                parent_id=draft.parent_id or None,
                contacts=(*draft.mailing, *draft.member),
            )
            for unit_id, draft in sorted(self._drafts.items())
        )

    def _compare(self, draft: _Draft, row: Row) -> None:
        same = True
        for known, given in (
            (draft.name, row.unit_name),
            (draft.kind, row.unit_kind),
            (draft.region, row.region),
            (draft.parent_id, row.parent_id),
        ):
            same = same and (not known or not given or known == given)
        draft.name = draft.name or row.unit_name
        draft.kind = draft.kind or row.unit_kind
        draft.region = draft.region or row.region
        draft.parent_id = draft.parent_id or row.parent_id
        if not same and row.unit_id not in self._doubted:
            self._doubted.add(row.unit_id)
            self._doubt(
                row.line,
                f"unit {row.unit_id} has another name, kind, region or parent than before: "
                "the first one counts",
            )

    def _in_force(self, row: Row) -> bool:
        return (row.valid_from or date.min) <= self._today <= (row.valid_to or date.max)

    def _contact(self, draft: _Draft, row: Row, name: str, email: str) -> None:
        mailing = row.assignment_type in self._mailing_types
        contacts, most = (draft.mailing, NAMED_PEOPLE) if mailing else (draft.member, MEMBER_CONTACTS)
        if any(contact.person_id == row.person_id for contact in contacts):
            return
        if not is_deliverable(normalize(email)):
            self._doubt(
                row.line, f"{row.assignment_type} of {draft.name} has no address that works: left out"
            )
        elif len(contacts) == most:
            self._doubt(row.line, f"{draft.name} has {most} of {row.assignment_type} already: left out (A9)")
        else:
            contacts.append(
                UnitContact(
                    role="mailing" if mailing else "member",
                    person_id=row.person_id,
                    name=name[:500],
                    email=email,
                )
            )
