"""The copy of the register while several things are told in the same moment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import forgetting, register
from services.scheduler.adapters.register import AssignmentRow
from shared.persistence.database import Database, engine_for
from tests.component.scheduler.register_rows import column, person_row
from tests.support.waiting import until

Act = Callable[[AsyncConnection], Awaitable[Any]]

ADDRESSES = "SELECT address FROM person LEFT JOIN mailbox USING (mailbox_key) ORDER BY person_id"
SHARED = "box@example.org"


@pytest.fixture
async def database(scheduler_database: str) -> AsyncIterator[Database]:
    opened = Database(engine_for(scheduler_database, "scheduler", pool_size=3))
    yield opened
    await opened.close()


def told(name: str, version: int, address: str | None = SHARED) -> Act:
    return lambda conn: register.copy_persons(conn, [person_row(name, version, address)])


def erased(name: str) -> Act:
    return lambda conn: register.erase_persons(conn, [(name, 2)])


def given_a_chair(conn: AsyncConnection) -> Awaitable[None]:
    return register.copy_assignments(conn, [AssignmentRow("a1", 1, "p1", "u1", "ordförande", None, None)])


async def at_once(database: Database, first: Act, second: Act) -> None:
    """Let the second wait for the first if it will, which is committed then."""
    async with database.begin() as conn:
        await first(conn)
        other = asyncio.create_task(in_a_transaction(database, second))
        await until(lambda: waits_or_is_done(database, other), bool)
    await other


async def in_a_transaction(database: Database, *acts: Act) -> None:
    async with database.begin() as conn:
        for act in acts:
            await act(conn)


async def waits_or_is_done(database: Database, task: asyncio.Task[None]) -> bool:
    waiting = await found(
        database,
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    return task.done() or waiting != [0]


async def found(database: Database, sql: str) -> list[Any]:
    async with database.begin() as conn:
        return await column(conn, sql)


@pytest.mark.parametrize("acts", [(given_a_chair, erased("p1")), (erased("p1"), given_a_chair)])
async def test_whoever_is_erased_holds_nothing_though_an_assignment_comes_at_once(
    database: Database, acts: tuple[Act, Act]
) -> None:
    await in_a_transaction(database, told("p1", 1))
    await at_once(database, *acts)
    assert await found(database, "SELECT person_key FROM assignment") == [None]


@pytest.mark.parametrize("acts", [(told("p2", 1), erased("p1")), (erased("p1"), told("p2", 1))])
async def test_an_address_is_kept_for_whoever_comes_to_it_while_its_last_owner_is_erased(
    database: Database, acts: tuple[Act, Act]
) -> None:
    await in_a_transaction(database, told("p1", 1))
    await at_once(database, *acts)
    assert await found(database, ADDRESSES) == [None, SHARED]


@pytest.mark.parametrize(
    "acts",
    [(told("p2", 1), forgetting.forget_addresses), (forgetting.forget_addresses, told("p2", 1))],
)
async def test_an_address_is_kept_for_whoever_comes_to_it_while_unused_ones_are_forgotten(
    database: Database, acts: tuple[Act, Act]
) -> None:
    await in_a_transaction(database, told("p1", 1), told("p1", 2, None))
    await at_once(database, *acts)
    assert await found(database, ADDRESSES) == [None, SHARED]


async def test_an_erased_persons_address_is_forgotten_though_they_come_for_the_first_time_at_once(
    database: Database,
) -> None:
    await at_once(database, told("p1", 1), erased("p1"))
    assert await found(database, "SELECT address FROM mailbox") == [None]


@pytest.mark.parametrize("acts", [(told("p1", 3), erased("p1")), (erased("p1"), told("p1", 3))])
async def test_who_is_told_anew_and_erased_at_once_ends_erased(
    database: Database, acts: tuple[Act, Act]
) -> None:
    await in_a_transaction(database, told("p1", 1))
    await at_once(database, *acts)
    assert await found(database, "SELECT erased FROM person") == [True]
    assert await found(database, "SELECT address FROM mailbox") == [None]
