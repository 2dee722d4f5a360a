"""The merge as anybody would write it: loops over everything, no SQL. What the real one is compared with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from shared.contracts.intake import Audience
from shared.contracts.message import OrderClass, Urgency

CLASSES = ("duty", "information", "appeal")


@dataclass(frozen=True)
class Who:
    """A person: ``email`` is an address, "broken", or None. ``agreements`` and ``groups`` are attributes."""

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
    """An order. ``weeks`` and ``carried``: how often contact pressure moved it, and for whom."""

    order_id: UUID
    unit: str
    order_class: OrderClass
    completed_at: datetime
    audience: Audience
    withdrawn: bool = False
    urgency: Urgency = "normal"
    weeks: int = 0
    carried: frozenset[str] = frozenset()


@dataclass(frozen=True)
class World:
    """Everything that decides a Wednesday. ``stopped`` are (address, scope).

    ``got`` says who got which earlier order; ``most`` is the contact pressure (D2), 0 for no limit;
    ``failed`` are addresses to which mail has failed.
    """

    people: tuple[Who, ...]
    places: tuple[Where, ...]
    held: tuple[Holds, ...]
    orders: tuple[Ordered, ...]
    stopped: frozenset[tuple[str, str]] = frozenset()
    got: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    most: int = 0
    failed: frozenset[str] = frozenset()

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
    granted: dict[tuple[UUID, str], tuple[str, ...]] = {}
    excluded: Excluded = {}
    for order in in_order(world):
        for person in map(as_known, world.people):
            roles, reason = judge(world, order, person, day)
            if reason:
                excluded[order.order_id, person.name] = reason
            elif roles:
                granted[order.order_id, person.name] = roles
    for pair in too_many(world, granted):
        del granted[pair]
        excluded[pair] = "contact_pressure"
    return mails_of(world, granted), excluded


def mails_of(world: World, granted: dict[tuple[UUID, str], tuple[str, ...]]) -> Mails:
    people = {person.name: person for person in world.people}
    readers: dict[str, dict[str, dict[UUID, tuple[str, ...]]]] = defaultdict(lambda: defaultdict(dict))
    for (order_id, name), roles in granted.items():
        address = people[name].email
        assert address is not None
        readers[address][name][order_id] = roles
    mails: Mails = {}
    for address, entries in readers.items():
        spoken = {people[name].language for name in entries}
        language = spoken.pop() if len(spoken) == 1 else "sv"
        mails[address] = (language, {name: dict(sections) for name, sections in entries.items()})
    return mails


def as_known(person: Who) -> Who:
    """Return what is kept of a person: of an erased one nothing but that."""
    return Who(person.name, None, erased=True) if person.erased else person


def judge(world: World, order: Ordered, person: Who, day: date) -> tuple[tuple[str, ...], str | None]:
    """Return the roles in which an order concerns a person, and what is against it; neither: not named."""
    audience, everything = order.audience, held_of(world, person)
    named = [h for h in everything if names(world, order, h)]
    in_force = [h for h in named if is_valid(world, h, day)]
    counted = [h for h in in_force if not is_shut(world, audience, h)]
    roles = {f"{h.kind}, {h.where}" for h in counted}
    if audience.members:
        roles = {"medlem"}
    if any(person.name in world.got.get(earlier, ()) for earlier in audience.recipients_of):
        roles = {"mottagare av ett tidigare utskick"}
    concerned = bool(named or (roles and not audience.assignment_types)) and meets(audience, person)
    valid = concerned and bool(in_force or not audience.assignment_types)
    if order.weeks and person.name not in order.carried:
        return (), None
    if order.weeks and not concerned:
        return (), "erased" if person.erased else "no_longer_named"
    if not concerned:
        return (), None
    barred = is_barred(world, audience, person, day) or not roles
    return tuple(sorted(roles)), refusal(world, order, person, valid=valid, barred=barred)


def held_of(world: World, person: Who) -> list[Holds]:
    return [] if person.erased else [h for h in world.held if h.who == person.name]


def names(world: World, order: Ordered, holds: Holds) -> bool:
    """Whether an order's audience names an assignment (A7)."""
    audience, place = order.audience, at(world, holds.where)
    somewhere = (
        audience.all_units
        or place.region in audience.regions
        or place.name in audience.units
        or (audience.own_branch and order.unit in branch(world, place))
    )
    return (
        holds.kind in audience.assignment_types
        and somewhere
        and (not audience.kinds or place.kind in audience.kinds)
    )


def at(world: World, name: str) -> Where:
    return next(place for place in world.places if place.name == name)


def branch(world: World, place: Where) -> set[str]:
    """Return a unit and all above it."""
    found: set[str] = set()
    above: str | None = place.name
    while above is not None and above not in found:
        found.add(above)
        above = at(world, above).above
    return found


def meets(audience: Audience, person: Who) -> bool:
    """Whether a person meets the conditions that keep others out unseen."""
    return (
        (not audience.agreements or bool({*audience.agreements} & {*person.agreements}))
        and (not audience.occupational_groups or bool({*audience.occupational_groups} & {*person.groups}))
        and (not audience.languages or person.language in audience.languages)
    )


def is_shut(world: World, audience: Audience, holds: Holds) -> bool:
    place = at(world, holds.where)
    return place.name in audience.exclude.units or place.region in audience.exclude.regions


def is_barred(world: World, audience: Audience, person: Who, day: date) -> bool:
    out = audience.exclude
    return (
        bool({*out.agreements} & {*person.agreements} or {*out.occupational_groups} & {*person.groups})
        or any(person.name in world.got.get(earlier, ()) for earlier in out.recipients_of)
        or any(
            h.who == person.name and h.kind in out.assignment_types and is_valid(world, h, day)
            for h in world.held
        )
    )


def is_valid(world: World, holds: Holds, day: date) -> bool:
    began = holds.first is None or holds.first <= day
    return began and not (holds.last is not None and holds.last < day) and not at(world, holds.where).closed


def refusal(world: World, order: Ordered, person: Who, *, valid: bool, barred: bool) -> str | None:
    """Return the strongest reason against a person's getting an order."""
    refusable = order.order_class != "duty"
    reasons = [
        (person.erased, "erased"),
        (not valid, "assignment_not_valid"),
        (barred, "excluded_by_order"),
        (person.email is None, "missing_address"),
        (person.email == "broken", "invalid_address"),
        ((person.email, "address") in world.stopped, "dead_address"),
        (refusable and (person.email, "organisation") in world.stopped, "opted_out"),
        (refusable and (person.email, f"unit:{order.unit}") in world.stopped, "opted_out_unit"),
    ]
    return next((reason for applies, reason in reasons if applies), None)


def always_goes(order: Ordered) -> bool:
    """Whether nothing makes an order wait: it must be known, or puts right what was said."""
    return order.order_class == "duty" or bool(order.audience.recipients_of)


def too_many(world: World, granted: Iterable[tuple[UUID, str]]) -> list[tuple[UUID, str]]:
    """Return what goes a week later: more than ``most`` that is no duty, what waits longest first (D2)."""
    if not world.most:
        return []
    turns = sorted((o for o in in_order(world) if not always_goes(o)), key=lambda o: -o.weeks)
    pairs = set(granted)
    waiting = {p.name: [o.order_id for o in turns if (o.order_id, p.name) in pairs] for p in world.people}
    return [(order_id, name) for name, ids in waiting.items() for order_id in ids[world.most :]]


def in_order(world: World) -> list[Ordered]:
    """Return the orders of a world as they stand in its mails: by class, urgency and unit."""
    return sorted(
        (order for order in world.orders if not order.withdrawn),
        key=lambda o: (
            CLASSES.index(o.order_class),
            o.urgency == "normal",
            o.unit,
            o.completed_at,
            str(o.order_id),
        ),
    )


def section_order(world: World) -> list[UUID]:
    return [order.order_id for order in in_order(world)]
