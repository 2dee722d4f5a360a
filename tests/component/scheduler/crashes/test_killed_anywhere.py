"""Schedulers are killed at every point between two effects, twenty at each; nobody can tell afterwards."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest

from tests.component.scheduler.crashes.effects import Point
from tests.component.scheduler.crashes.nurseries import Nursery, nurseries
from tests.component.scheduler.crashes.wednesday import STEPS, Said, carry, ending, settle
from tests.support.databases import Databases

TABLES = (
    "inbox",
    "scheduler_outbox",
    "orders",
    "withdrawal",
    "edition",
    "edition_order",
    "edition_cell",
    "edition_decision",
    "planned_mail",
    "exclusion",
    "exclusion_count",
    "batch",
    "tally",
    "missing_address",
    "order_estimate",
    "order_saving",
    "suppression",
    "told_name",
)
"""What a Wednesday writes: each must be among the effects that schedulers are killed before."""
TIMES = 20
PROCESSES = 2


@dataclass(frozen=True)
class Before:
    """The world before a step, to be copied, and where a scheduler that does the step could die."""

    database_url: str
    said: Said
    points: list[Point]


@dataclass
class Worlds:
    """Copies of one Wednesday at each of its steps."""

    databases: Databases
    nurseries: list[Nursery]
    before: list[Before] = field(default_factory=list)
    undisturbed: dict[str, list[str]] = field(default_factory=dict)

    async def prepare(self, migrated: str) -> None:
        """Play the Wednesday undisturbed, and keep a copy of the world before each step."""
        world = await self.databases.create(template=migrated)
        await settle(world)
        said: Said = []
        for step in STEPS:
            copy = await self.databases.create(template=world)
            deliveries = step.deliveries(said)
            life = await self.nurseries[0].life(world, step.at, deliveries, sweep=not deliveries)
            self.before.append(Before(copy, list(said), life.points))
            said += await carry(world)
        self.undisturbed = await ending(world, said)

    async def outlives(self, nursery: Nursery, number: int, point: Point) -> None:
        """Kill each scheduler that comes to a point, until so many are dead; let others go on to the end."""
        deaths = 0
        while deaths < TIMES:
            world = await self.databases.create(template=self.before[number].database_url)
            said = list(self.before[number].said)
            died = await self._die(nursery, world, number, point, TIMES - deaths, said)
            assert died, f"no scheduler came to: {point}"
            deaths += died
            said = await nursery.life_to_the_end(world, number, said)
            assert await ending(world, said) == self.undisturbed, point
            await self.databases.drop(world)

    async def _die(
        self, nursery: Nursery, world: str, number: int, point: Point, times: int, said: Said
    ) -> int:
        """Return how many schedulers died: fewer than ``times`` if none comes to the point any more.

        What they said is carried on, as it is by whoever lives then.
        """
        step, commits = STEPS[number], 0
        deliveries = step.deliveries(self.before[number].said)
        left = deliveries
        for died in range(times):
            life = await nursery.life(
                world, step.at, left, sweep=not deliveries, dies_at=point, commits=commits
            )
            said += await carry(world)
            if not life.killed:
                return died
            left = [each for each in left if not any(acked in each[1] for acked in life.acked)]
            commits = life.points[-1].commits
        return times


@pytest.fixture(scope="module")
async def worlds(
    databases: Databases, migrated_scheduler: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Worlds]:
    async with nurseries(
        databases, migrated_scheduler, tmp_path_factory.mktemp("clocks"), PROCESSES
    ) as started:
        made = Worlds(databases, started)
        await made.prepare(migrated_scheduler)
        yield made
        for before in made.before:
            await databases.drop(before.database_url)


@pytest.mark.parametrize("number", range(len(STEPS)), ids=[step.name for step in STEPS])
async def test_a_scheduler_killed_at_any_point_leaves_nothing_undone_and_nothing_twice(
    worlds: Worlds, number: int
) -> None:
    points = iter(worlds.before[number].points)
    await asyncio.gather(*(_kill_at_each(worlds, nursery, number, points) for nursery in worlds.nurseries))


async def _kill_at_each(worlds: Worlds, nursery: Nursery, number: int, points: Iterator[Point]) -> None:
    for point in points:
        await worlds.outlives(nursery, number, point)


async def test_the_undisturbed_wednesday_is_the_one_meant(worlds: Worlds) -> None:
    """Every kind of effect is among the points, and the end is the one that a reader expects."""
    names = {point.name.partition(": ")[2] for before in worlds.before for point in before.points}
    effects = {effect for name in names for effect in name.split(", ")}
    assert effects >= {"commit", "ack", "analyze edition_cell"} | {f"insert {table}" for table in TABLES}
    end = worlds.undisturbed
    assert end["editions"] == ["('2026-11-18', 'completed', 9, 4)", "('2026-11-25', 'parked', 2, 1)"]
    assert end["left to say"] == []
    assert sum("sender.prepare-edition" in text for text in end["said"]) == 1
    assert sum("sender.deliver-batch" in text for text in end["said"]) == 4, "two batches, each sent again"
