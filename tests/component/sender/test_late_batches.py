"""A batch that comes when its day is over is not recorded: who sent it asks a person (A2)."""

from datetime import timedelta

from shared.contracts.sender import BatchRecorded, DeliverBatch
from tests.component.sender.post_office import EDITION, PostOffice, mail
from tests.support.waiting import until


async def test_A2_what_comes_after_its_day_is_neither_recorded_nor_answered(post_office: PostOffice) -> None:
    now = post_office.clock.now()
    late, early = mail("late@example.org"), mail("early@example.org")
    for number, one, moment in (
        (1, late, now - timedelta(seconds=1)),
        (2, early, now + timedelta(hours=1)),
    ):
        batch = DeliverBatch(edition_id=EDITION, batch=number, mails=(one,), until=moment)
        await post_office.say(batch)
    answer = await post_office.running.world.hear("scheduler.note-batch", BatchRecorded)
    assert answer.batch == 2
    await until(lambda: post_office.number("SELECT count(*) FROM mail"), lambda count: count == 1)
    assert await post_office.running.world.waiting_in("scheduler.note-batch") == 0
