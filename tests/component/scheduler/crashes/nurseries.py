"""Asking for scheduler processes, from a test."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.component.scheduler.crashes.effects import Point
from tests.component.scheduler.crashes.wednesday import STEPS, Delivery, Said
from tests.component.scheduler.planning import SECRET
from tests.support.databases import Databases

CHECKOUT = Path(__file__).parents[4]
LONGEST_LINE = 2**24


@dataclass(frozen=True)
class Life:
    """What became of a process: the points it passed, the messages it acknowledged, whether it was killed."""

    points: list[Point]
    acked: frozenset[str]
    killed: bool


@dataclass
class Nursery:
    """Starts one scheduler at a time."""

    process: asyncio.subprocess.Process
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def life(
        self,
        database_url: str,
        at: datetime,
        deliveries: Sequence[Delivery] = (),
        *,
        sweep: bool = False,
        dies_at: Point | None = None,
        commits: int = 0,
    ) -> Life:
        """Let a scheduler live at a moment: take deliveries, or do each of its jobs once."""
        order = {"deliveries": deliveries, "sweep": sweep, "dies_at": dies_at, "commits": commits}
        answer = await self._ask(database_url, order, at)
        told = answer["told"]
        return Life(
            _points(told),
            frozenset(words[1] for words in told if words[0] == "acked"),
            answer["status"] == -signal.SIGKILL,
        )

    async def life_to_the_end(self, database_url: str, step: int, said: Said) -> Said:
        """Let a scheduler live from a step of a Wednesday to its end; return everything that was said."""
        answer = await self._ask(database_url, {"step": step, "said": said}, STEPS[step].at)
        assert answer["status"] == 0, "nothing kills it"
        told: Said = next(json.loads(words[1]) for words in answer["told"] if words[0] == "said")
        return told

    async def _ask(self, database_url: str, order: dict[str, Any], at: datetime) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        nothing = {
            "step": None,
            "dies_at": None,
            "commits": 0,
            "database_url": database_url,
            "at": at.isoformat(),
        }
        async with self._turn:
            self.process.stdin.write(json.dumps(nothing | order).encode() + b"\n")
            answer: dict[str, Any] = json.loads(await self.process.stdout.readline())
        assert answer["status"] in {0, -signal.SIGKILL}, "a scheduler ended by a bug: see standard error"
        return answer


def _points(told: Iterable[Sequence[str]]) -> list[Point]:
    """Return the effects that a process told of."""
    points: list[Point] = []
    for words in told:
        if words[0] == "before":
            points.append(Point(int(words[1]), words[2], int(words[3])))
        elif words[0] == "changed nothing":
            points.pop()
    return points


@asynccontextmanager
async def nurseries(
    databases: Databases, migrated: str, folder: Path, count: int
) -> AsyncIterator[list[Nursery]]:
    """Keep so many nurseries, each with a clock of its own."""
    started: list[Nursery] = []
    try:
        for number in range(count):
            clock = folder / f"clock-{number}"
            own = await databases.create(template=migrated)
            arguments = ["-m", "tests.component.scheduler.crashes.nursery", str(clock), SECRET, own]
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                cwd=CHECKOUT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=LONGEST_LINE,
            )
            started.append(Nursery(process))
        yield started
    finally:
        await _close(started)


async def _close(started: Iterable[Nursery]) -> None:
    for nursery in started:
        assert nursery.process.stdin is not None
        nursery.process.stdin.close()
    for nursery in started:
        await nursery.process.wait()
