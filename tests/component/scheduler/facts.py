"""What decides a Wednesday, as facts: people, units, what is held, what is ordered, what is refused."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from shared.contracts.intake import Audience
from shared.contracts.message import OrderClass, Urgency

Pair = tuple[UUID, str]
"""An order and a person."""

Roles = tuple[str, ...]
"""What somebody is for whom an order is meant, in words."""

Mails = dict[str, tuple[str, dict[str, dict[UUID, Roles]]]]
"""For each address its language, and for each person the roles in which each order concerns them."""

Excluded = dict[Pair, str]
"""Why somebody does not get an order."""


@dataclass(frozen=True)
class Who:
    """A person: ``email`` is an address, "broken", or None. ``agreements`` and ``groups`` are attributes.

    Of who is erased only the name is left.
    """

    name: str
    email: str | None
    language: str = "sv"
    erased: bool = False
    agreements: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Where:
    name: str
    region: str
    closed: bool = False
    kind: str = "krets"
    above: str | None = None


@dataclass(frozen=True)
class Holds:
    who: str
    where: str
    kind: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Ordered:
    """An order. ``weeks`` and ``carried``: how often contact pressure moved it, and for whom.

    ``taken_back``: why not even they get it, after all.
    """

    order_id: UUID
    unit: str
    order_class: OrderClass
    completed_at: datetime
    audience: Audience
    withdrawn: bool = False
    urgency: Urgency = "normal"
    weeks: int = 0
    carried: frozenset[str] = frozenset()
    taken_back: str = ""


@dataclass(frozen=True)
class World:
    """Everything that decides a Wednesday. ``stopped`` are (address, scope).

    ``got`` says who got which earlier order; ``most`` is the contact pressure (D2), 0 for no limit;
    ``failed`` are addresses to which mail has failed; ``forgotten`` are those kept as a hash alone.
    """

    people: tuple[Who, ...]
    places: tuple[Where, ...]
    held: tuple[Holds, ...]
    orders: tuple[Ordered, ...]
    stopped: frozenset[tuple[str, str]] = frozenset()
    got: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    most: int = 0
    failed: frozenset[str] = frozenset()
    forgotten: frozenset[str] = frozenset()

    def place(self, name: str) -> Where:
        return next(place for place in self.places if place.name == name)

    def upwards(self, place: Where) -> Iterator[Where]:
        """Yield a unit and each above it, once."""
        seen: set[str] = set()
        while place.name not in seen:
            yield place
            seen.add(place.name)
            place = self.place(place.above or place.name)

    def has_got(self, person: Who, earlier: Collection[UUID]) -> bool:
        """Whether a person got one of some earlier orders."""
        return any(person.name in names for order, names in self.got.items() if order in earlier)

    def changed(
        self,
        erased: frozenset[str] = frozenset(),
        withdrawn: frozenset[UUID] = frozenset(),
        stopped: frozenset[tuple[str, str]] = frozenset(),
    ) -> "World":
        """Return the world in which these things have happened, too."""
        return replace(
            self,
            people=tuple(Who(p.name, None, erased=True) if p.name in erased else p for p in self.people),
            held=tuple(holds for holds in self.held if holds.who not in erased),
            orders=tuple(replace(o, withdrawn=o.withdrawn or o.order_id in withdrawn) for o in self.orders),
            stopped=self.stopped | stopped,
        )


def pairs(mails: Mails) -> set[Pair]:
    """Return who gets what."""
    return {
        (order, person)
        for _, people in mails.values()
        for person, sections in people.items()
        for order in sections
    }
