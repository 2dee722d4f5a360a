"""Several processes come to the same due edition at the same moment: one does it, and it is done once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import pytest

from shared.contracts.scheduler import EditionCompleted, EditionFrozen, EditionReleased
from shared.contracts.sender import DeliverBatch, PrepareEdition
from tests.component.scheduler.crashes.nurseries import Life, Nursery, nurseries
from tests.component.scheduler.crashes.wednesday import STEPS, WEDNESDAY_TYPES, Said, Step, carry, settle
from tests.component.scheduler.planning import CUTOFF, RELEASE
from tests.support.databases import Databases, driverless
from tests.support.waiting import until

PROCESSES = 3
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture(scope="module")
async def started(
    databases: Databases, migrated_scheduler: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[list[Nursery]]:
    async with nurseries(
        databases, migrated_scheduler, tmp_path_factory.mktemp("clocks"), PROCESSES
    ) as ready:
        yield ready


@pytest.fixture
async def world(databases: Databases, migrated_scheduler: str, started: list[Nursery]) -> AsyncIterator[str]:
    """A world whose orders are placed."""
    url = await databases.create(template=migrated_scheduler)
    await settle(url)
    await started[0].life(url, STEPS[0].at, STEPS[0].deliveries([]))
    await carry(url)
    yield url
    await databases.drop(url)


def named(name: str) -> Step:
    return next(step for step in STEPS if step.name == name)


async def all_at_once(started: list[Nursery], world: str, name: str) -> None:
    """Let every process do a step, each held at its first look at the editions until all have come there."""
    step = named(name)
    at, sweep = step.at, step.messages is None
    deliveries = step.deliveries([])
    async with connected(world) as gate, connected(world) as watch:
        async with gate.transaction():
            await gate.execute("LOCK TABLE edition, batch, inbox IN ACCESS EXCLUSIVE MODE")
            lives = [
                asyncio.create_task(nursery.life(world, at, deliveries, sweep=sweep)) for nursery in started
            ]
            await until(lambda: watch.fetchval(WAITING), lambda count: count == len(started))
        ended: list[Life] = await asyncio.gather(*lives)
    assert not any(life.killed for life in ended)


async def states(world: str) -> list[str]:
    async with connected(world) as conn:
        return [row["state"] for row in await conn.fetch("SELECT state FROM edition ORDER BY wednesday")]


@asynccontextmanager
async def connected(world: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(driverless(world), server_settings={"search_path": "scheduler"})
    try:
        yield conn
    finally:
        await conn.close()


def types(said: Said) -> Counter[str]:
    return Counter(data["type"] for data in said if data["type"] in WEDNESDAY_TYPES)


async def test_processes_that_sweep_the_same_due_edition_at_once_do_it_once(
    started: list[Nursery], world: str
) -> None:
    await all_at_once(started, world, "the cut-off")
    assert types(await carry(world)) == {EditionFrozen.TYPE: 1}
    await all_at_once(started, world, "the release")
    said = await carry(world)
    assert types(said) == {PrepareEdition.TYPE: 1, DeliverBatch.TYPE: 2, EditionReleased.TYPE: 1}
    await all_at_once(started, world, "no answer")
    again = await carry(world)
    assert types(again) == {DeliverBatch.TYPE: 2}, "each unanswered batch once more"
    answers = named("the answers")
    told = answers.deliveries(said + again)
    await asyncio.gather(*(nursery.life(world, answers.at, told) for nursery in started))
    await all_at_once(started, world, "the end")
    assert types(await carry(world)) == {EditionCompleted.TYPE: 1}
    assert await states(world) == ["completed", "open"], "what contact pressure moved waits a week"


async def test_a_sweeper_starts_what_should_have_started_while_no_process_lived(
    started: list[Nursery], world: str
) -> None:
    """Decided eleven hours late, and released after the undo window, which cannot be skipped."""
    late = RELEASE + timedelta(hours=11)
    await started[0].life(world, late, sweep=True)
    assert types(await carry(world)) == {EditionFrozen.TYPE: 1}
    await started[1].life(world, late + timedelta(minutes=6), sweep=True)
    assert types(await carry(world)) == {
        PrepareEdition.TYPE: 1,
        DeliverBatch.TYPE: 2,
        EditionReleased.TYPE: 1,
    }


@pytest.mark.parametrize("frozen", [False, True], ids=["never frozen", "frozen"])
async def test_no_process_sends_an_edition_whose_wednesday_the_clock_jumped_over(
    started: list[Nursery], world: str, *, frozen: bool
) -> None:
    if frozen:
        await started[0].life(world, CUTOFF, sweep=True)
        await carry(world)
    late = RELEASE + timedelta(hours=13)
    for _ in range(2):
        await asyncio.gather(*(nursery.life(world, late, sweep=True) for nursery in started))
    assert await states(world) == ["parked"]
    assert not types(await carry(world)) & Counter(
        [EditionFrozen.TYPE, PrepareEdition.TYPE, DeliverBatch.TYPE]
    )
