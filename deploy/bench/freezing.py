"""The freeze as ``onsdag bench merge`` measures it, in turn with the bare aggregation of the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from time import perf_counter

from sqlalchemy import text

from deploy.bench.bare_merge import BARE, REACHED
from deploy.bench.merging import ROUNDS, TUESDAY, WEDNESDAY, Target, alone, opened, rss_mb
from services.scheduler.adapters import editions, merge
from services.scheduler.adapters.tables import metadata
from services.scheduler.main import week_plan
from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases.freeze_edition import FreezeDue
from shared.clock import FixedClock
from shared.messaging.outbox import Outbox

DEFAULT_SECTIONS: int = SchedulerSettings.model_fields["most_sections"].default
WRITTEN = "planned_mail, exclusion, exclusion_count, edition_cell, tally, missing_address"


class DifferentMails(Exception):
    """The baseline is none: it does not come to the mails of the freeze."""


@dataclass
class Frozen:
    """What one register's freezes came to. The lists are in seconds, one for each round."""

    pairs: int = 0
    mails: int = 0
    seconds: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    pressed: list[float] = field(default_factory=list)
    rss_mb: float = 0

    def figures(self) -> dict[str, float]:
        """Return medians, and the ratio to the bare aggregation."""
        seconds, bare = median(self.seconds), median(self.bare)
        return {
            "pairs": self.pairs,
            "mails": self.mails,
            "seconds": round(seconds, 2),
            "sql_seconds": round(bare, 2),
            "ratio": round(seconds / bare, 2),
            "pressed_seconds": round(median(self.pressed), 2),
        }


def growth(large: Sequence[float], small: Sequence[float]) -> float:
    """Return how many times as long the larger takes: the median of what each round says.

    The two are measured in turn, so that a machine that slows down meanwhile slows both.
    """
    return median(one / other for one, other in zip(large, small, strict=True))


async def freeze(*targets: Target) -> list[Frozen]:
    """Freeze each edition as the scheduler does, and aggregate the same rows barely, several times in turn.

    Every second time the last target is first, as what comes later finds other caches. The freeze is rolled
    back between the rounds and committed in the last. Nobody is spared in it, as the bare query knows no
    contact pressure; in each round there is one with the default limit besides. The database has cleared away
    what the import left, or it would begin with that meanwhile.
    """
    measured = [(target, Frozen()) for target in targets]
    for target in targets:
        await alone(target, "VACUUM ANALYZE")
    for round_no in range(ROUNDS):
        for target, frozen in measured[:: -1 if round_no % 2 else 1]:
            frozen.bare.append(await _bare(target))
            frozen.pressed.append(await _freeze(target, DEFAULT_SECTIONS))
            frozen.seconds.append(await _freeze(target, 0, keep=round_no == ROUNDS - 1))
    for target, frozen in measured:
        frozen.mails, frozen.pairs = await _size(target)
        frozen.rss_mb = rss_mb()
    return [frozen for _, frozen in measured]


async def _bare(target: Target) -> float:
    async with opened(target) as database, database.begin() as conn:
        await merge.tune(conn)
        started = perf_counter()
        (await conn.execute(text(BARE), {"day": WEDNESDAY})).one()
        return perf_counter() - started


async def _freeze(target: Target, most: int, *, keep: bool = False) -> float:
    """Freeze as on a Wednesday, which finds nothing of a freeze that was rolled back a moment ago.

    Not its rows in tables and indexes, its writes on their way to disk, nor its memory in the connection.
    """
    await alone(target, f"TRUNCATE {WRITTEN}", "CHECKPOINT")
    clock, plan = FixedClock(TUESDAY), week_plan(target.settings())
    outbox = Outbox("scheduler", metadata, clock)
    async with opened(target) as database, database.engine.connect() as conn:
        due = FreezeDue(database, outbox, clock, plan, timedelta(hours=12), most)
        transaction = await conn.begin()
        edition = (await editions.latest(conn, 1))[0]
        started = perf_counter()
        await due.freeze(conn, edition)
        await (transaction.commit() if keep else transaction.rollback())
        return perf_counter() - started


async def _size(target: Target) -> tuple[int, int]:
    """Return the mails and pairs of the frozen edition, which are those of the bare query."""
    async with opened(target) as database, database.begin() as conn:
        edition = (await editions.latest(conn, 1))[0]
        reached = tuple((await conn.execute(text(REACHED), {"day": WEDNESDAY})).one())
    if reached != (edition.mails, edition.pairs):
        raise DifferentMails(f"bare SQL makes {reached}, the freeze {(edition.mails, edition.pairs)}")
    return edition.mails, edition.pairs
