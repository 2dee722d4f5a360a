"""Small worlds, as hypothesis draws them, and how to put one into a database."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, orders, register, suppressions
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.register import AssignmentRow, PersonRow, UnitRow
from services.scheduler.domain.wednesdays import WeekPlan
from shared.addresses import address_hash
from shared.contracts.intake import Audience, OrderAccepted, SectionText
from tests.component.scheduler.naive import CLASSES, Holds, Ordered, Where, Who, World
from tests.component.scheduler.planning import SECRET, TUESDAY, WEDNESDAY

NAMES = tuple(f"p{n}" for n in range(6))
PLACES = tuple(f"u{n}" for n in range(4))
KINDS = ("ordförande", "kassör", "sekreterare")
REGIONS = ("Skåne", "Halland")
ADDRESSES = tuple(f"a{n}@example.org" for n in range(4))
SCOPES = ("organisation", "address", "unit:u0", "unit:u1")
DAYS = [None, *(WEDNESDAY + timedelta(days=n) for n in (-1, 0, 1))]

emails = st.sampled_from([*ADDRESSES, *ADDRESSES, None, "broken"])
languages = st.sampled_from(("sv", "sv", "en"))
seldom = st.sampled_from((False,) * 6 + (True,))
stops = st.frozensets(st.tuples(st.sampled_from(ADDRESSES), st.sampled_from(SCOPES)), max_size=4)
some_names = st.frozensets(st.sampled_from(NAMES), max_size=2)


@st.composite
def ordered(draw: st.DrawFn, number: int) -> Ordered:
    scope = draw(st.sampled_from(("everywhere", "regions", "units")))
    return Ordered(
        order_id=UUID(int=number + draw(st.integers(1, 5)) * 1000),
        unit=draw(st.sampled_from(PLACES[:2])),
        order_class=draw(st.sampled_from(CLASSES)),
        completed_at=TUESDAY + timedelta(minutes=draw(st.integers(0, 2))),
        kinds=tuple(draw(st.sets(st.sampled_from(KINDS), min_size=1, max_size=2))),
        everywhere=scope == "everywhere",
        regions=tuple(draw(st.sets(st.sampled_from(REGIONS), min_size=1))) if scope == "regions" else (),
        units=tuple(draw(st.sets(st.sampled_from(PLACES), min_size=1))) if scope == "units" else (),
        withdrawn=draw(seldom),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    people = tuple(
        Who(
            name,
            draw(emails),
            draw(st.sampled_from(("sv", "sv", "en"))),
            draw(st.sampled_from((False,) * 7 + (True,))),
        )
        for name in NAMES
    )
    places = tuple(Where(name, draw(st.sampled_from(REGIONS)), draw(seldom)) for name in PLACES)
    holds = st.builds(
        Holds,
        st.sampled_from(NAMES),
        st.sampled_from(PLACES),
        st.sampled_from(KINDS),
        st.sampled_from(DAYS),
        st.sampled_from(DAYS),
    )
    return World(
        people=people,
        places=places,
        held=tuple(draw(st.lists(holds, max_size=14))),
        orders=tuple(draw(ordered(number)) for number in range(draw(st.integers(0, 5)))),
        stopped=draw(stops),
    )


async def settle(conn: AsyncConnection, world: World, plan: WeekPlan) -> Edition:
    """Put a world into an empty database; return its open edition."""
    await register.copy_units(
        conn, [UnitRow(p.name, 1, p.name, "branch", p.region, None, p.closed) for p in world.places]
    )
    await register.copy_persons(conn, [_person(person) for person in world.people])
    await register.erase_persons(conn, [(p.name, 2) for p in world.people if p.erased])
    held = [
        AssignmentRow(f"a{number}", 1, h.who, h.where, h.kind, h.first, h.last)
        for number, h in enumerate(world.held)
    ]
    await register.copy_assignments(conn, held)
    await stop(conn, world.stopped)
    edition = await editions.opened(conn, WEDNESDAY, plan)
    for order in world.orders:
        order_no = await orders.add(conn, _accepted(order))
        assert order_no is not None
        await orders.join(conn, edition.edition_no, order_no)
        if order.withdrawn:
            await orders.withdraw(conn, order.order_id, "", TUESDAY)
    return edition


async def stop(conn: AsyncConnection, stopped: frozenset[tuple[str, str]]) -> None:
    """Suppress (address, scope)s."""
    for address, scope in sorted(stopped):
        hashed = address_hash(SECRET.encode(), address)
        await suppressions.suppress(conn, hashed, scope, "opted_out", TUESDAY)


def _person(person: Who) -> PersonRow:
    if person.email is None or person.email == "broken":
        status: register.EmailStatus = "missing" if person.email is None else "invalid"
        return PersonRow(person.name, 1, person.name, person.language, status)
    hashed = address_hash(SECRET.encode(), person.email)
    return PersonRow(person.name, 1, person.name, person.language, "ok", person.email, hashed)


def _accepted(order: Ordered) -> OrderAccepted:
    return OrderAccepted(
        order_id=order.order_id,
        unit_id=order.unit,
        unit_name=order.unit,
        ordered_by="asa.lind@example.org",
        title=f"Order {order.order_id.int}",
        order_class=order.order_class,
        audience=Audience(
            assignment_types=order.kinds,
            all_units=order.everywhere,
            regions=order.regions,
            units=order.units,
        ),
        texts={"sv": SectionText(subject="Hej", markdown="Hej!")},
        completed_at=order.completed_at,
    )
