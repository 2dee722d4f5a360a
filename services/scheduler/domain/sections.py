"""The order of sections in an edition's mails, and who reads them as what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

CLASSES = ("duty", "information", "appeal")
"""What an assignment holder must know comes first, what asks for something last."""


def section_rank(order_class: str, completed_at: datetime, order_id: UUID) -> tuple[int, datetime, str]:
    """Sorts the orders of an edition: by class, then by when each was complete."""
    return (CLASSES.index(order_class), completed_at, str(order_id))


@dataclass(frozen=True)
class Entry:
    """One assignment of one person at an address, and the sections it gives.

    ``sections`` is a bit for each position of the edition, the first position first: "0110".
    """

    person: int
    role: str
    sections: str


@lru_cache(maxsize=50_000)
def positions(bits: str) -> tuple[int, ...]:
    """Return the positions, from 1, whose bit is set. An edition has few different strings of them."""
    return tuple(place for place, bit in enumerate(bits, start=1) if bit == "1")


def readers_of(entries: Iterable[Entry], refused: str = "") -> dict[int, dict[int, tuple[str, ...]]]:
    """Return for each person the sections that concern them, each with the roles it comes by.

    ``refused`` are the bits of sections that nobody gets. Roles are sorted and named once.
    """
    withheld = positions(refused)
    found: dict[int, dict[int, set[str]]] = {}
    for entry in entries:
        sections = found.setdefault(entry.person, {})
        for position in positions(entry.sections):
            if position in withheld:
                continue
            sections.setdefault(position, set()).add(entry.role)
    return {
        person: {position: tuple(sorted(roles)) for position, roles in sorted(sections.items())}
        for person, sections in found.items()
        if sections
    }
