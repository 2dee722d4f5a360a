"""Whatever the CRM says about people and what they hold may come in any order, late and twice."""

import random
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import register
from services.scheduler.adapters.register import AssignmentRow, PersonRow, UnitRow
from shared.addresses import address_hash
from shared.persistence.database import Database, engine_for
from tests.component.scheduler.planning import SECRET

MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
PEOPLE = ("p1", "p2")
HELD = ("a1", "a2")

Event = tuple[str, str, int, str]
"""What happened, to whom or what, its version, and what it says."""

happened = st.one_of(
    st.tuples(st.just("person"), st.sampled_from(PEOPLE), st.integers(0, 4), st.sampled_from("ab")),
    st.tuples(st.just("erased"), st.sampled_from(PEOPLE), st.integers(0, 4), st.just("")),
    st.tuples(st.just("unit"), st.just("u1"), st.integers(0, 4), st.sampled_from("xy")),
    st.tuples(st.just("held"), st.sampled_from(HELD), st.integers(0, 4), st.sampled_from(PEOPLE)),
    st.tuples(st.just("ended"), st.sampled_from(HELD), st.integers(0, 4), st.just("")),
)
histories = st.lists(happened, max_size=12, unique_by=lambda event: event[1:3])
"""No two events say different things of one version."""


@pytest.fixture(scope="module")
async def database(rolled_back_database: str) -> AsyncIterator[Database]:
    opened = Database(engine_for(rolled_back_database, "scheduler", pool_size=1))
    yield opened
    await opened.close()


@MANY
@given(history=histories, again=st.lists(st.integers(0, 11), max_size=6), chance=st.randoms())
async def test_the_register_is_the_same_in_whatever_order_everything_comes(
    database: Database, history: list[Event], again: list[int], chance: random.Random
) -> None:
    shuffled = [*history, *(history[number] for number in again if number < len(history))]
    chance.shuffle(shuffled)
    async with database.engine.connect() as conn, conn.begin() as transaction:
        for event in shuffled:
            await take(conn, event)
        assert await known(conn) == expected(history)
        await transaction.rollback()


async def take(conn: AsyncConnection, event: Event) -> None:
    kind, name, version, told = event
    match kind:
        case "person":
            address = f"{told}@example.org"
            hashed = address_hash(SECRET.encode(), address)
            row = PersonRow(name, version, f"{name} {version}", "sv", "ok", address, hashed)
            await register.copy_persons(conn, [row])
        case "erased":
            await register.erase_persons(conn, [(name, version)])
        case "unit":
            await register.copy_units(conn, [UnitRow(name, version, told, "branch", "", None, closed=False)])
        case "held":
            row_held = AssignmentRow(name, version, told, "u1", "kassör", None, None)
            await register.copy_assignments(conn, [row_held])
        case "ended":
            await register.end_assignments(conn, [(name, version)])


async def known(conn: AsyncConnection) -> dict[str, dict[str, Any]]:
    """Return what has come itself: not what is only named by something else."""
    people = await conn.execute(
        text(
            "SELECT person_id, erased, name, address FROM person LEFT JOIN mailbox USING (mailbox_key) "
            "WHERE erased OR version >= 0"
        )
    )
    units = await conn.execute(text("SELECT unit_id, name FROM unit WHERE version >= 0"))
    held = await conn.execute(
        text(
            "SELECT assignment_id, person_id FROM assignment LEFT JOIN person USING (person_key) "
            "WHERE NOT ended OR erased"
        )
    )
    return {
        "people": {name: tuple(rest) for name, *rest in people},
        "units": dict(map(tuple, units)),
        "held": dict(map(tuple, held)),
    }


def expected(history: list[Event]) -> dict[str, dict[str, Any]]:
    """The newest version counts; an erased person is nobody and holds nothing, for ever."""
    newest: dict[str, Event] = {}
    for event in sorted(history, key=lambda event: event[2]):
        if event[0] != "erased":
            newest[event[1]] = event
    erased = {name for kind, name, *_ in history if kind == "erased"}
    people = {
        name: (False, f"{name} {version}", f"{told}@example.org")
        for kind, name, version, told in newest.values()
        if kind == "person"
    }
    held = {name: told for kind, name, _, told in newest.values() if kind == "held"}
    return {
        "people": people | dict.fromkeys(erased, (True, "", None)),
        "units": {name: told for kind, name, _, told in newest.values() if kind == "unit"},
        "held": {name: person for name, person in held.items() if person not in erased},
    }


async def test_what_is_told_again_and_again_uses_no_numbers(database: Database) -> None:
    """Sets of people are a bit for each number: they are as long as the register, not as its history."""
    async with database.engine.connect() as conn, conn.begin() as transaction:
        for version in range(10):
            await tell(conn, range(100), version)
        await tell(conn, [100], 0)
        for table in ("person", "mailbox", "assignment"):
            used = await conn.execute(text(f"SELECT 1 + max({table}_key) - min({table}_key) FROM {table}"))
            assert used.scalar_one() == 101, table
        await transaction.rollback()


async def tell(conn: AsyncConnection, numbers: Iterable[int], version: int) -> None:
    people, held = [], []
    for number in numbers:
        address = f"person{number}@example.org"
        hashed = address_hash(SECRET.encode(), address)
        people.append(PersonRow(f"p{number}", version, "Anna Ek", "sv", "ok", address, hashed))
        held.append(AssignmentRow(f"a{number}", version, f"p{number}", "u1", "kassör", None, None))
    assert len(await register.copy_persons(conn, people)) == len(people)
    await register.copy_assignments(conn, held)
