"""The copy of the register: late, repeated and out-of-order events change nothing."""

import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import forgetting, register, suppressions
from services.scheduler.adapters.register import AssignmentRow, UnitRow
from shared.contracts.crm import (
    AssignmentChanged,
    AssignmentEnded,
    EndedAssignment,
    ErasedPerson,
    PersonChanged,
    PersonErased,
    UnitChanged,
)
from shared.persistence.database import Database, engine_for
from tests.component.scheduler.planning import TUESDAY, Planning, assignment, person, unit
from tests.component.scheduler.register_rows import column, hashed, person_row
from tests.support.waiting import until

MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
async def database(rolled_back_database: str) -> AsyncIterator[Database]:
    opened = Database(engine_for(rolled_back_database, "scheduler", pool_size=1))
    yield opened
    await opened.close()


async def people(conn: AsyncConnection) -> dict[str, tuple[str, str | None, bool]]:
    """Return each person's name, address and whether they are erased."""
    found = await conn.execute(
        text("SELECT person_id, name, address, erased FROM person LEFT JOIN mailbox USING (mailbox_key)")
    )
    return {person_id: (name, address, erased) for person_id, name, address, erased in found}


events = st.lists(
    st.tuples(
        st.sampled_from(("p1", "p2")),
        st.integers(0, 4),
        st.sampled_from(("a@example.org", "b@example.org", None)),
        st.sampled_from((False, False, False, True)),
    ),
    max_size=8,
    unique_by=lambda event: event[:2],
)


@MANY
@given(told=events, seed=st.integers())
async def test_people_are_the_same_in_whatever_order_events_come(
    database: Database, told: list[tuple[str, int, str | None, bool]], seed: int
) -> None:
    """The newest version counts, unless the person was ever erased."""
    async with database.engine.connect() as conn, conn.begin() as transaction:
        shuffled = [*told, *told]
        random.Random(seed).shuffle(shuffled)
        for name, version, address, erased in shuffled:
            if erased:
                await register.erase_persons(conn, [(name, version)])
            else:
                await register.copy_persons(conn, [person_row(name, version, address)])
        expected: dict[str, tuple[str, str | None, bool]] = {}
        for name, version, address, _ in sorted(told, key=lambda event: event[1]):
            expected[name] = (f"{name} v{version}", address, False)
        for name, *_, erased in told:
            if erased:
                expected[name] = ("", None, True)
        assert await people(conn) == expected
        await transaction.rollback()


@MANY
@given(
    told=st.lists(st.tuples(st.integers(0, 4), st.booleans()), unique_by=lambda event: event[0], min_size=1),
    seed=st.integers(),
)
async def test_an_assignment_is_the_same_in_whatever_order_events_come(
    database: Database, told: list[tuple[int, bool]], seed: int
) -> None:
    async with database.engine.connect() as conn, conn.begin() as transaction:
        shuffled = [*told, *told]
        random.Random(seed).shuffle(shuffled)
        for version, ended in shuffled:
            if ended:
                await register.end_assignments(conn, [("a1", version)])
            else:
                row = AssignmentRow("a1", version, "p1", "u1", f"kind {version}", None, None)
                await register.copy_assignments(conn, [row])
        version, ended = max(told)
        held = "SELECT name FROM assignment JOIN assignment_type USING (type_key) WHERE NOT ended"
        assert await column(conn, held) == ([] if ended else [f"kind {version}"])
        await transaction.rollback()


@MANY
@given(
    told=st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=6),
    seed=st.integers(),
)
async def test_an_opt_out_is_the_same_in_whatever_order_events_come(
    database: Database, told: list[tuple[int, bool]], seed: int
) -> None:
    """The later word counts; of two at the same time, the opt-out (F1)."""
    async with database.engine.connect() as conn, conn.begin() as transaction:
        shuffled = [*told, *told]
        random.Random(seed).shuffle(shuffled)
        address = hashed("a@example.org")
        for minutes, lifted in shuffled:
            at = TUESDAY + timedelta(minutes=minutes)
            if lifted:
                await suppressions.lift(conn, address, "organisation", at)
            else:
                await suppressions.suppress(conn, address, "organisation", "opted_out", at)
        latest = max(minutes for minutes, _ in told)
        holds = any(minutes == latest and not lifted for minutes, lifted in told)
        assert await column(conn, "SELECT NOT lifted FROM suppression") == [holds]
        await transaction.rollback()


async def test_an_erased_persons_address_is_gone_but_stays_suppressed(database: Database) -> None:
    async with database.engine.connect() as conn, conn.begin() as transaction:
        await register.copy_persons(conn, [person_row("p1", 1, "a@example.org")])
        await suppressions.suppress(conn, hashed("a@example.org"), "address", "complaint", TUESDAY)
        await register.erase_persons(conn, [("p1", 2)])
        assert await column(conn, "SELECT address FROM mailbox") == [None]
        assert await column(
            conn, "SELECT address_hash FROM mailbox JOIN suppression USING (mailbox_key)"
        ) == [hashed("a@example.org")]
        await register.copy_persons(conn, [person_row("p1", 9, "a@example.org")])
        assert await column(conn, "SELECT address FROM mailbox") == [None], "a late event brings nothing back"
        await transaction.rollback()


async def test_an_address_that_nobody_has_any_more_is_forgotten(database: Database) -> None:
    async with database.engine.connect() as conn, conn.begin() as transaction:
        await register.copy_persons(conn, [person_row("p1", 1, "old@example.org")])
        await register.copy_persons(conn, [person_row("p1", 2, "new@example.org")])
        await forgetting.forget_addresses(conn)
        addresses = await column(conn, "SELECT address FROM mailbox WHERE address IS NOT NULL")
        assert addresses == ["new@example.org"]
        await transaction.rollback()


async def test_events_come_over_the_bus_in_any_order_and_twice(planning: Planning) -> None:
    """Assignments before their people and units, old versions after new ones, everything twice."""
    for _ in range(2):
        await planning.say(AssignmentChanged(assignments=(assignment(1, 1, 1), assignment(2, 2, 1))))
        await planning.say(AssignmentEnded(assignments=(EndedAssignment(assignment_id="a2", version=2),)))
        await planning.say(PersonChanged(persons=(person(1, 3, last_name="Ny"), person(1, 2), person(2))))
        await planning.say(PersonErased(persons=(ErasedPerson(person_id="p3", version=1),)))
        await planning.say(UnitChanged(units=(unit(1, 2, name="Nya namnet"), unit(1, 1))))
        await planning.say(PersonChanged(persons=(person(1, 1), person(3, 0))))
    newer = {"persons": 1, "units": 1, "assignments": 1, "suppressions": 0}
    await until(lambda: planning.register(2), lambda seen: newer.items() <= seen.items())
    await until(planning.register, lambda seen: bool(seen["persons"] == 3))
    await until(lambda: left_over(planning), lambda count: count == 0)


async def left_over(planning: Planning) -> int:
    """Return how many messages still wait for the scheduler to copy them."""
    world = planning.running.world
    queues = ("copy-persons", "erase-persons", "copy-units", "copy-assignments", "end-assignments")
    return sum([await world.waiting_in(f"scheduler.{queue}") for queue in queues])


async def test_several_of_one_thing_in_a_batch_count_once_with_the_newest(database: Database) -> None:
    async with database.engine.connect() as conn, conn.begin() as transaction:
        await register.copy_units(conn, [UnitRow("u1", 2, "Ny", "branch", "", None, closed=False)])
        await register.copy_units(conn, [UnitRow("u1", 2, "Samma version", "branch", "", None, closed=False)])
        await register.copy_units(conn, [UnitRow("u1", 1, "Gammal", "branch", "", None, closed=False)])
        assert await column(conn, "SELECT name FROM unit") == ["Ny"]
        await transaction.rollback()
