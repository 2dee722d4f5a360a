"""Suppressions: what an address must not get, why, and who may take that back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Reason = Literal["opted_out", "crm", "complaint", "dead_address", "desk"]

ORGANISATION = "organisation"
ADDRESS = "address"


def of_unit(unit_id: str) -> str:
    """Return the scope of one unit's information and appeals."""
    return f"unit:{unit_id}"


@dataclass(frozen=True)
class Suppression:
    """An address, as its hash (F3), is not written to within a scope; until ``lifted_at``, if ever."""

    address_hash: bytes
    scope: str
    reason: Reason
    at: datetime
    lifted_at: datetime | None = None

    @property
    def holds(self) -> bool:
        return self.lifted_at is None


@dataclass(frozen=True)
class Person:
    """As much of the CRM's person as an opt-out needs."""

    email: str | None
    opted_out: bool


def undone_by_its_owner(suppression: Suppression | None) -> bool:
    """Whether the undo button takes it back: only what was opted out of by the link.

    What the CRM or the desk says, a complaint and a dead mailbox stay: the CRM would say it again, and the
    others are not the reader's own wish. The desk can lift them.
    """
    return suppression is not None and suppression.holds and suppression.reason == "opted_out"


def opted_out_addresses(persons: Iterable[Person]) -> list[str]:
    """Return the addresses that the CRM says have opted out. Its "no" never takes an opt-out back (F1)."""
    return [person.email for person in persons if person.opted_out and person.email and person.email.strip()]
