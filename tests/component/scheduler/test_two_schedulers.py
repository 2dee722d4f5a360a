"""Any number of schedulers do a Wednesday once."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from shared.contracts.sender import DeliverBatch
from tests.component.scheduler.planning import (
    CUTOFF,
    RELEASE,
    Planning,
    assignment,
    open_planning,
    order,
    person,
    unit,
)
from tests.support.waiting import until

PEOPLE = 1500


async def test_four_schedulers_at_once_freeze_and_release_an_edition_once(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        schedulers = [
            await stack.enter_async_context(
                open_planning(scheduler_database, fresh_vhost, tmp_path, sweep_seconds=0.001)
            )
            for _ in range(4)
        ]
        one = schedulers[0]
        numbers = range(1, PEOPLE + 1)
        await one.knows([person(n) for n in numbers], [unit(1)], [assignment(n, n, 1) for n in numbers])
        placed = await one.places(order())
        frozen = await one.freezes(CUTOFF)
        assert frozen.mails == PEOPLE
        released = await one.releases(RELEASE)
        assert released.mails == PEOPLE
        batches = [await one.hands_over() for _ in range(PEOPLE // 250)]
        assert sorted(batch.batch for batch in batches) == [1, 2, 3, 4, 5, 6]
        assert len({mail.mail_id for batch in batches for mail in batch.mails}) == PEOPLE
        await asyncio.gather(*(answer(one, batch) for batch in batches))
        completed = await one.completes()
        assert completed.outcomes == {"accepted": PEOPLE}
        await until(lambda: one.edition(placed.edition_id), lambda edition: edition["state"] == "completed")
        for queue in ("intake.note-freeze", "intake.note-release", "intake.note-completion"):
            assert await one.running.world.waiting_in(queue) == 0, "said once"
        for queue in ("sender.record-batch",):
            assert await one.running.world.waiting_in(queue) == 0, "handed over once"
        assert await one.running.world.waiting_in("sender.prepare-edition") == 1, "prepared once"


async def answer(planning: Planning, batch: DeliverBatch) -> None:
    await planning.records(batch)
    await planning.reports(batch, "accepted")
