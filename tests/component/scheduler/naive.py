"""The merge as anybody would write it: loops over everything, no SQL. What the real one is compared with."""

from collections.abc import Collection, Iterable
from datetime import date

from shared.contracts.intake import Audience
from tests.component.scheduler.facts import Excluded, Holds, Mails, Ordered, Pair, Roles, Who, World

CLASSES = ("duty", "information", "appeal")


def merge(world: World, day: date) -> tuple[Mails, Excluded]:
    """Return the mails of a day, and who is left out of which order for which reason."""
    world = world.changed(erased=frozenset(p.name for p in world.people if p.erased))
    granted: dict[Pair, Roles] = {}
    excluded: Excluded = {}
    for order in in_order(world):
        for person in world.people:
            roles, reason = judge(world, order, person, day)
            if reason:
                excluded[order.order_id, person.name] = reason
            elif roles:
                granted[order.order_id, person.name] = roles
    for pair in too_many(world, granted):
        del granted[pair]
        excluded[pair] = "contact_pressure"
    return one_for_each_address(world, granted), excluded


def judge(world: World, order: Ordered, person: Who, day: date) -> tuple[Roles, str | None]:
    """Return the roles in which an order concerns a person, and what is against it; neither: not named."""
    audience = order.audience
    named = [holds for holds in world.held if holds.who == person.name and names(world, order, holds)]
    in_force = [holds for holds in named if is_valid(world, holds, day)]
    shut = {*audience.exclude.units} | {p.name for p in world.places if p.region in audience.exclude.regions}
    roles = {f"{holds.kind}, {holds.where}" for holds in in_force if holds.where not in shut}
    if audience.members:
        roles = {"medlem"}
    if world.has_got(person, audience.recipients_of):
        roles = {"mottagare av ett tidigare utskick"}
    meant = meets(audience, person) and bool(named if audience.assignment_types else roles)
    if person.name not in order.carried if order.weeks else not meant:
        return (), None
    against = (
        (person.erased, "erased"),
        (not meant, "no_longer_named"),
        (audience.assignment_types and not in_force, "assignment_not_valid"),
        (not roles or is_barred(world, audience, person, day), "excluded_by_order"),
        (person.email is None, "missing_address"),
        (person.email == "broken", "invalid_address"),
    )
    return tuple(sorted(roles)), first(against) or refusal(world, order, str(person.email))


def names(world: World, order: Ordered, holds: Holds) -> bool:
    """Whether an order's audience names an assignment (A7): its type, and its unit in one of four ways."""
    audience, place = order.audience, world.place(holds.where)
    where = audience.all_units or place.region in audience.regions or place.name in audience.units
    below = audience.own_branch and order.unit in (above.name for above in world.upwards(place))
    kind = not audience.kinds or place.kind in audience.kinds
    return holds.kind in audience.assignment_types and kind and (where or below)


def is_valid(world: World, holds: Holds, day: date) -> bool:
    """Whether an assignment holds on the day of sending."""
    begun, over = (holds.first or day) <= day, (holds.last or day) < day
    return begun and not over and not world.place(holds.where).closed


def meets(audience: Audience, person: Who) -> bool:
    """Whether a person has one of each that the order asks for (D5)."""
    agreements, groups = audience.agreements, audience.occupational_groups
    asked = (agreements, person.agreements), (groups, person.groups), (audience.languages, [person.language])
    return all(not wanted or {*wanted} & {*has} for wanted, has in asked)


def is_barred(world: World, audience: Audience, person: Who, day: date) -> bool:
    """Whether an order takes a person out: by an attribute, an earlier order, or anything they hold."""
    out = audience.exclude
    attributes = {*out.agreements} & {*person.agreements} | {*out.occupational_groups} & {*person.groups}
    held = {h.kind for h in world.held if h.who == person.name and is_valid(world, h, day)}
    return bool(attributes or {*out.assignment_types} & held or world.has_got(person, out.recipients_of))


def refusal(world: World, order: Ordered, address: str) -> str | None:
    """Return why nothing of an order goes to an address (F1). Duty passes an opt-out, not a dead mailbox."""
    scopes = {"address": "dead_address"}
    if order.order_class != "duty":
        scopes |= {"organisation": "opted_out", f"unit:{order.unit}": "opted_out_unit"}
    return first(((address, scope) in world.stopped, reason) for scope, reason in scopes.items())


def first(against: Iterable[tuple[object, str]]) -> str | None:
    """Return the strongest reason that applies."""
    return next((reason for applies, reason in against if applies), None)


def too_many(world: World, granted: Collection[Pair]) -> list[Pair]:
    """Return what goes a week later: more than ``most`` that is no duty, what waits longest first (D2)."""
    turns = sorted((o for o in in_order(world) if not always_goes(o)), key=lambda o: -o.weeks)
    own = [[(o.order_id, p.name) for o in turns if (o.order_id, p.name) in granted] for p in world.people]
    return [pair for pairs in own for pair in pairs[world.most :]] if world.most else []


def always_goes(order: Ordered) -> bool:
    """Whether nothing makes an order wait: it must be known, or puts right what was said."""
    return order.order_class == "duty" or bool(order.audience.recipients_of)


def one_for_each_address(world: World, granted: dict[Pair, Roles]) -> Mails:
    """Put together what goes to one address (A6): in Swedish unless all read the same other language."""
    mails: Mails = {}
    for (order_id, name), roles in granted.items():
        person = next(person for person in world.people if person.name == name)
        language, readers = mails.get(str(person.email), (person.language, {}))
        readers.setdefault(name, {})[order_id] = roles
        mails[str(person.email)] = (language if language == person.language else "sv", readers)
    return mails


def take_back(world: World, mails: Mails) -> tuple[Mails, Excluded]:
    """Return what is left of mails that have not left, and why the rest is not: of later opt-outs, F1."""
    left: Mails = {}
    lost: Excluded = {}
    erased, orders = {p.name for p in world.people if p.erased}, {o.order_id: o for o in world.orders}
    for address, (language, readers) in mails.items():
        for name, order_id in (
            (name, order_id) for name, sections in readers.items() for order_id in sections
        ):
            order, gone = orders[order_id], address in world.forgotten
            against = (
                (name in erased, "erased"),
                (gone, "missing_address"),
                (order.taken_back, order.taken_back),
            )
            reason = first((*against, (order.withdrawn, "withdrawn"))) or refusal(world, order, address)
            if reason:
                lost[order_id, name] = reason
            else:
                section = {order_id: readers[name][order_id]}
                left.setdefault(address, (language, {}))[1].setdefault(name, {}).update(section)
    return left, lost


def in_order(world: World) -> list[Ordered]:
    """Return the orders of a world as they stand in its mails: by class, urgency and unit."""
    return sorted((o for o in world.orders if not o.withdrawn and not o.taken_back), key=rank)


def rank(o: Ordered) -> tuple[object, ...]:
    return CLASSES.index(o.order_class), o.urgency == "normal", o.unit, o.completed_at, str(o.order_id)
