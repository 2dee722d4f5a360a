"""Small worlds, as hypothesis draws them, and how to put one into a database."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, orders, register, suppressions
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.merge import freeze
from services.scheduler.adapters.register import AssignmentRow, PersonRow, UnitRow
from services.scheduler.domain.wednesdays import WeekPlan
from shared.addresses import address_hash
from shared.contracts.intake import Audience, Excluded, OrderAccepted, SectionText
from tests.component.scheduler.facts import Holds, Ordered, Where, Who, World
from tests.component.scheduler.naive import CLASSES, merge
from tests.component.scheduler.planning import SECRET, TUESDAY, WEDNESDAY

NAMES = tuple(f"p{n}" for n in range(6))
PLACES = tuple(f"u{n}" for n in range(4))
EARLIER = UUID(int=99)
"""The order of the Wednesday before."""

KINDS = ("ordförande", "kassör", "sekreterare")
REGIONS = ("Skåne", "Halland")
ADDRESSES = tuple(f"a{n}@example.org" for n in range(4))
AGREEMENTS = ("a", "b")
GROUPS = ("g", "h")
SCOPES = ("organisation", "address", "unit:u0", "unit:u1")
UNIT_KINDS = ("krets", "region")
CONDITIONED = ("assignments", "members", "recipients")
BASES = ("plain",) * 3 + CONDITIONED
BEFORE = WEDNESDAY - timedelta(weeks=1)
DAYS = [None, *(WEDNESDAY + timedelta(days=n) for n in (-8, -1, 0, 1))]

emails = st.sampled_from([*ADDRESSES, *ADDRESSES, None, "broken"])
languages = st.sampled_from(("sv", "sv", "en"))
seldom = st.sampled_from((False,) * 6 + (True,))
stops = st.frozensets(st.tuples(st.sampled_from(ADDRESSES), st.sampled_from(SCOPES)), max_size=4)
some_names = st.frozensets(st.sampled_from(NAMES), max_size=2)


def some(names: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.sets(st.sampled_from(names), max_size=2).map(lambda chosen: tuple(sorted(chosen)))


def seldom_some(names: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.one_of(st.just(()), st.just(()), some(names))


@st.composite
def excluded(draw: st.DrawFn, *, places: bool) -> Excluded:
    return Excluded(
        assignment_types=draw(seldom_some(KINDS)),
        regions=draw(seldom_some(REGIONS)) if places else (),
        units=draw(seldom_some(PLACES)) if places else (),
        agreements=draw(seldom_some(AGREEMENTS)),
        occupational_groups=draw(seldom_some(GROUPS)),
        recipients_of=draw(st.sampled_from(((), (EARLIER,)))),
    )


@st.composite
def audiences(draw: st.DrawFn, bases: tuple[str, ...]) -> Audience:
    """Any audience on one of the bases. ``plain`` is types × units and nothing else."""
    base = draw(st.sampled_from(bases))
    if base == "members":
        chosen = draw(st.sets(st.sampled_from(AGREEMENTS), min_size=1))
        where: dict[str, Any] = {"members": True, "agreements": tuple(chosen)}
    elif base == "recipients":
        where = {"recipients_of": (EARLIER,), "agreements": draw(seldom_some(AGREEMENTS))}
    else:
        kinds = draw(st.sets(st.sampled_from(KINDS), min_size=1, max_size=2))
        where = {"assignment_types": tuple(kinds), **draw(wheres), "kinds": draw(seldom_some(UNIT_KINDS))}
    if base == "plain":
        return Audience(**where)
    conditions = {
        "occupational_groups": draw(seldom_some(GROUPS)),
        "languages": draw(seldom_some(("sv", "en"))),
        "exclude": draw(excluded(places=base == "assignments")),
    }
    return Audience(**where, **conditions)


wheres: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({"all_units": True}),
    st.sets(st.sampled_from(REGIONS), min_size=1).map(lambda chosen: {"regions": tuple(chosen)}),
    st.sets(st.sampled_from(PLACES), min_size=1).map(lambda chosen: {"units": tuple(chosen)}),
    st.just({"own_branch": True}),
)


@st.composite
def ordered(draw: st.DrawFn, number: int, bases: tuple[str, ...] = BASES) -> Ordered:
    return Ordered(
        order_id=UUID(int=number + draw(st.integers(1, 5)) * 1000),
        unit=draw(st.sampled_from(PLACES[:2])),
        order_class=draw(st.sampled_from(CLASSES)),
        completed_at=TUESDAY + timedelta(minutes=draw(st.integers(0, 2))),
        audience=draw(audiences(bases)),
        withdrawn=draw(seldom),
        urgency=draw(st.sampled_from(("normal", "normal", "urgent"))),
    )


people = st.builds(
    Who,
    st.none(),
    emails,
    languages,
    st.sampled_from((False,) * 7 + (True,)),
    seldom_some(AGREEMENTS),
    seldom_some(GROUPS),
)
holdings = st.builds(
    Holds,
    st.sampled_from(NAMES),
    st.sampled_from(PLACES),
    st.sampled_from(KINDS),
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
)


@st.composite
def worlds(draw: st.DrawFn, most: tuple[int, ...] = (0,), bases: tuple[str, ...] = BASES) -> World:
    """Any world, with audiences on these bases. ``got`` is who got the order of the Wednesday before, of
    which some mails failed."""
    above = st.sampled_from((None, None, *PLACES))
    places = tuple(
        Where(
            name, draw(st.sampled_from(REGIONS)), draw(seldom), draw(st.sampled_from(UNIT_KINDS)), draw(above)
        )
        for name in PLACES
    )
    world = World(
        people=tuple(replace(draw(people), name=name) for name in NAMES),
        places=places,
        held=tuple(draw(st.lists(holdings, max_size=14))),
        orders=tuple(draw(ordered(number, bases)) for number in range(draw(st.integers(0, 5)))),
        stopped=draw(stops),
        most=draw(st.sampled_from(most)),
        failed=draw(st.frozensets(st.sampled_from(ADDRESSES), max_size=1)),
    )
    return replace(world, got={EARLIER: got_before(world)})


def order_before(world: World) -> World:
    """Return the world in which the order of the Wednesday before was the only one: to all chairs."""
    audience = Audience(assignment_types=KINDS[:1], all_units=True)
    return replace(world, orders=(Ordered(EARLIER, "u0", "information", TUESDAY, audience),), got={}, most=0)


def got_before(world: World) -> frozenset[str]:
    mails, _ = merge(order_before(world), BEFORE)
    return frozenset(
        name for address, (_, people) in mails.items() if address not in world.failed for name in people
    )


async def settle(
    conn: AsyncConnection, world: World, plan: WeekPlan, later: Iterable[Ordered] = ()
) -> Edition:
    """Put a world into an empty database; return its open edition. ``later``: orders that come after it."""
    await register.copy_units(
        conn, [UnitRow(p.name, 1, p.name, p.kind, p.region, p.above, p.closed) for p in world.places]
    )
    await register.copy_persons(conn, [_person(person) for person in world.people])
    await register.erase_persons(conn, [(p.name, 2) for p in world.people if p.erased])
    held = [
        AssignmentRow(f"a{number}", 1, h.who, h.where, h.kind, h.first, h.last)
        for number, h in enumerate(world.held)
    ]
    await register.copy_assignments(conn, held)
    await stop(conn, world.stopped)
    audiences = [order.audience for order in (*world.orders, *later)]
    if any(EARLIER in (*each.recipients_of, *each.exclude.recipients_of) for each in audiences):
        await _send_before(conn, world, plan)
    edition = await editions.opened(conn, WEDNESDAY, plan, TUESDAY)
    for order in world.orders:
        await place(conn, order, edition)
    return edition


async def place(conn: AsyncConnection, order: Ordered, edition: Edition) -> int:
    """Put an order on an edition; return its number."""
    order_no = await orders.add(conn, accepted(order))
    assert order_no is not None
    await orders.join(conn, edition.edition_no, order_no)
    if order.withdrawn:
        await orders.withdraw(conn, order.order_id, "", TUESDAY)
    return order_no


async def _send_before(conn: AsyncConnection, world: World, plan: WeekPlan) -> None:
    edition = await editions.opened(conn, BEFORE, plan, TUESDAY)
    [order] = order_before(world).orders
    await freeze(conn, edition.edition_no, [await place(conn, order, edition)], BEFORE)
    await conn.execute(text("UPDATE edition SET state = 'completed' WHERE wednesday = :day"), {"day": BEFORE})
    await conn.execute(
        text(
            "UPDATE planned_mail SET state = "
            "CASE WHEN address = ANY(:failed) THEN 'failed' ELSE 'accepted' END "
            "FROM mailbox WHERE mailbox.mailbox_key = planned_mail.mailbox_key"
        ),
        {"failed": sorted(world.failed)},
    )


async def stop(conn: AsyncConnection, stopped: frozenset[tuple[str, str]]) -> None:
    """Suppress (address, scope)s."""
    for address, scope in sorted(stopped):
        hashed = address_hash(SECRET.encode(), address)
        await suppressions.suppress(conn, hashed, scope, "opted_out", TUESDAY)


def _person(person: Who) -> PersonRow:
    attributes = (person.agreements, person.groups)
    if person.email is None or person.email == "broken":
        status: register.EmailStatus = "missing" if person.email is None else "invalid"
        return PersonRow(person.name, 1, person.name, person.language, status, attributes=attributes)
    hashed = address_hash(SECRET.encode(), person.email)
    return PersonRow(person.name, 1, person.name, person.language, "ok", person.email, hashed, attributes)


def accepted(order: Ordered) -> OrderAccepted:
    return OrderAccepted(
        order_id=order.order_id,
        unit_id=order.unit,
        unit_name=order.unit,
        ordered_by="asa.lind@example.org",
        title=f"Order {order.order_id.int}",
        order_class=order.order_class,
        audience=order.audience,
        texts={"sv": SectionText(subject="Hej", markdown="Hej!")},
        completed_at=order.completed_at,
        urgency=order.urgency,
    )
