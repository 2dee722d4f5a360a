"""Who comes, and where to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.message import Language


@dataclass(frozen=True)
class Newcomer:
    """What is known of a person who wants to be active."""

    person_id: str
    first_name: str
    last_name: str
    email: str
    phone: str | None
    language: Language
    wishes: str


@dataclass(frozen=True)
class Contact:
    """A unit's member contact (C1)."""

    name: str
    address: str


@dataclass(frozen=True)
class Unit:
    """A unit as far as a newcomer needs it. A closed unit has no contact."""

    name: str
    closed: bool
    contact: Contact | None


@dataclass(frozen=True)
class Timeline:
    """One interest, its newcomer, and the unit if it is known."""

    timeline_id: UUID
    interest_id: str
    registered_at: datetime
    started_at: datetime
    newcomer: Newcomer
    unit: Unit | None


def missing_for_contact(unit: Unit | None) -> str:
    """Return why nobody can be told of a newcomer (C1), or nothing."""
    if unit is None:
        return "the unit is not known yet"
    if unit.closed:
        return "the unit is closed"
    return "" if unit.contact else "the unit has no member contact with an address that works"
