"""The merge as anybody would write it: loops over everything, no SQL. What the real one is compared with."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from shared.contracts.message import OrderClass

CLASSES = ("duty", "information", "appeal")


@dataclass(frozen=True)
class Who:
    """A person: ``email`` is an address, "broken", or None."""

    name: str
    email: str | None
    language: str = "sv"
    erased: bool = False


@dataclass(frozen=True)
class Where:
    name: str
    region: str
    closed: bool = False


@dataclass(frozen=True)
class Holds:
    who: str
    where: str
    kind: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Ordered:
    order_id: UUID
    unit: str
    order_class: OrderClass
    completed_at: datetime
    kinds: tuple[str, ...]
    everywhere: bool = False
    regions: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True)
class World:
    """Everything that decides a Wednesday. ``stopped`` are (address, scope)."""

    people: tuple[Who, ...]
    places: tuple[Where, ...]
    held: tuple[Holds, ...]
    orders: tuple[Ordered, ...]
    stopped: frozenset[tuple[str, str]] = frozenset()

    def changed(
        self, erased: frozenset[str], withdrawn: frozenset[UUID], stopped: frozenset[tuple[str, str]]
    ) -> "World":
        """Return the world after the freeze, when some things have happened."""
        return replace(
            self,
            people=tuple(replace(p, erased=p.erased or p.name in erased) for p in self.people),
            orders=tuple(replace(o, withdrawn=o.withdrawn or o.order_id in withdrawn) for o in self.orders),
            stopped=self.stopped | stopped,
        )


Mails = dict[str, tuple[str, dict[str, dict[UUID, tuple[str, ...]]]]]
"""For each address its language, and for each person the roles in which each order concerns them."""

Excluded = dict[tuple[UUID, str], str]


def merge(world: World, day: date) -> tuple[Mails, Excluded]:
    """Return the mails of a day, and who is left out of which order for which reason."""
    readers: dict[str, dict[str, dict[UUID, tuple[str, ...]]]] = defaultdict(lambda: defaultdict(dict))
    excluded: Excluded = {}
    for order in world.orders:
        if order.withdrawn:
            continue
        for person in world.people:
            named = [h for h in world.held if h.who == person.name and names(world, order, h)]
            if not named:
                continue
            entitled = [h for h in named if is_valid(world, h, day)]
            if reason := refusal(world, order, person, entitled=bool(entitled)):
                excluded[order.order_id, person.name] = reason
            else:
                assert person.email is not None
                roles = tuple(sorted({f"{h.kind}, {h.where}" for h in entitled}))
                readers[person.email][person.name][order.order_id] = roles
    language = {person.name: person.language for person in world.people}
    mails: Mails = {}
    for address, people in readers.items():
        spoken = {language[name] for name in people}
        mails[address] = (spoken.pop() if len(spoken) == 1 else "sv", {n: dict(s) for n, s in people.items()})
    return mails, excluded


def names(world: World, order: Ordered, holds: Holds) -> bool:
    """Whether an order's audience names an assignment (A7)."""
    place = next(place for place in world.places if place.name == holds.where)
    somewhere = order.everywhere or place.region in order.regions or place.name in order.units
    return holds.kind in order.kinds and somewhere


def is_valid(world: World, holds: Holds, day: date) -> bool:
    place = next(place for place in world.places if place.name == holds.where)
    began = holds.first is None or holds.first <= day
    return began and not (holds.last is not None and holds.last < day) and not place.closed


def refusal(world: World, order: Ordered, person: Who, *, entitled: bool) -> str | None:
    """Return the strongest reason against a person's getting an order."""
    reasons = [
        (person.erased, "erased"),
        (not entitled, "assignment_not_valid"),
        (person.email is None, "missing_address"),
        (person.email == "broken", "invalid_address"),
        ((person.email, "address") in world.stopped, "dead_address"),
        (order.order_class != "duty" and (person.email, "organisation") in world.stopped, "opted_out"),
        (
            order.order_class != "duty" and (person.email, f"unit:{order.unit}") in world.stopped,
            "opted_out_unit",
        ),
    ]
    return next((reason for applies, reason in reasons if applies), None)


def section_order(world: World) -> list[UUID]:
    """Return the orders of a world as they stand in its mails."""
    ranked = sorted(
        (order for order in world.orders if not order.withdrawn),
        key=lambda o: (CLASSES.index(o.order_class), o.completed_at, str(o.order_id)),
    )
    return [order.order_id for order in ranked]
