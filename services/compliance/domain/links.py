"""What an unsubscribe link stands for, and what it can do."""

from dataclasses import dataclass
from typing import Literal

from services.compliance.domain.suppressions import ORGANISATION, of_unit


@dataclass(frozen=True)
class OptOutLink:
    """Stops a scope for an address."""

    address_hash: bytes
    scope: str

    @property
    def kind(self) -> Literal["organisation", "unit"]:
        return "organisation" if self.scope == ORGANISATION else "unit"


@dataclass(frozen=True)
class DutyLink:
    """Stands in duty mail, which goes on while the assignment is held; it can say that it no longer is."""

    address_hash: bytes
    order_id: str
    unit_id: str


Link = OptOutLink | DutyLink


def link_of(address_hash: bytes, kind: Literal["organisation", "unit", "duty"], key: str) -> Link | None:
    """Return the link, or None when its key is not what its kind needs."""
    if kind == "organisation":
        return OptOutLink(address_hash, ORGANISATION)
    if kind == "unit":
        return OptOutLink(address_hash, of_unit(key)) if key else None
    order_id, _, unit_id = key.partition(":")
    return DutyLink(address_hash, order_id, unit_id) if order_id and unit_id else None
