"""The hand-over of a frozen edition, as ``onsdag bench merge`` measures it."""

from datetime import timedelta
from time import perf_counter

from deploy.bench.merging import WEDNESDAY, Target, opened, rss_mb
from services.scheduler.adapters import editions
from services.scheduler.adapters.tables import metadata
from services.scheduler.domain.editions import EditionState
from services.scheduler.domain.late_editions import Deadline
from services.scheduler.main import week_plan
from services.scheduler.use_cases.hand_over import HandOver
from services.scheduler.use_cases.release_edition import ReleaseDue
from services.scheduler.use_cases.send_batches import SendBatches
from shared.clock import FixedClock
from shared.messaging.outbox import Outbox


async def hand_over(target: Target) -> dict[str, float]:
    """Release the frozen edition and put every batch of it into the outbox, as one process does."""
    plan = week_plan(target.settings())
    clock = FixedClock(plan.release_at(WEDNESDAY))
    outbox = Outbox("scheduler", metadata, clock)
    async with opened(target) as database:
        deadline = Deadline(plan, timedelta(hours=12))
        release = ReleaseDue(database, outbox, clock, deadline.park_after, plan)
        started = perf_counter()
        await release()
        await HandOver(database, outbox, clock, SendBatches(outbox, clock, deadline))()
        seconds = perf_counter() - started
        async with database.begin() as conn:
            assert (await editions.latest(conn, 1))[0].state is EditionState.RELEASED
    return {"hand_over_seconds": seconds, "rss_mb": rss_mb()}
