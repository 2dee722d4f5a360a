"""The order of sections in an edition's mails, and who reads them as what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

CLASSES = ("duty", "information", "appeal")
"""What an assignment holder must know comes first, what asks for something last."""


URGENCIES = ("urgent", "normal")
"""Within a class, what is urgent comes first."""


@dataclass(frozen=True)
class Ranked:
    """What decides where an order stands in the mails of an edition.

    ``weeks`` is how often it was moved by contact pressure: 0 for one that is new on the edition.
    ``follows_up``: it is for those who got an earlier order, a correction for example.
    """

    order_id: UUID
    order_class: str
    urgency: str
    unit_name: str
    unit_id: str
    completed_at: datetime
    weeks: int = 0
    follows_up: bool = False

    @property
    def always_goes(self) -> bool:
        """What must be known, and what puts right what was said, is not moved for anything."""
        return self.order_class == "duty" or self.follows_up


def section_rank(order: Ranked) -> tuple[object, ...]:
    """Sorts the orders of an edition: by class, urgency and unit, then by when each was complete."""
    return (
        CLASSES.index(order.order_class),
        URGENCIES.index(order.urgency),
        order.unit_name,
        order.unit_id,
        order.completed_at,
        str(order.order_id),
    )


def turns(orders: Sequence[Ranked]) -> list[int | None]:
    """Return for each order its turn where only so many sections may go to one person (D2).

    What always goes has no turn. What has waited longest comes first, so that nothing waits for ever,
    then the order of sections.
    """
    counted = sorted(
        (order for order in orders if not order.always_goes),
        key=lambda order: (-order.weeks, section_rank(order)),
    )
    turn = {order.order_id: place for place, order in enumerate(counted, start=1)}
    return [turn.get(order.order_id) for order in orders]


@dataclass(frozen=True)
class Entry:
    """One assignment of one person at an address, and the sections it gives.

    ``sections`` is a bit for each position of the edition, the first position first: "0110".
    """

    person: int
    role: str
    sections: str


LONGEST_LINE = 500


def as_line(words: str) -> str:
    """Return a name or a role as the sender takes it: one line, of 500 characters at most.

    The register holds what the CRM sent, and a name is put together of several.
    """
    return " ".join(words.split())[:LONGEST_LINE]


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
