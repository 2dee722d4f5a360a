"""What was handed over and never came to the sender on its day does not leave on another by itself (A2)."""

from datetime import timedelta

from shared.contracts.sender import DeliverBatch, PauseEdition, SendMessage
from tests.component.scheduler.planning import RELEASE, Planning, assignment, order, person, unit
from tests.component.scheduler.test_parking import REASON, by_another
from tests.support.waiting import until

THURSDAY = RELEASE + timedelta(days=1)


async def released(planning: Planning) -> DeliverBatch:
    await planning.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
    await planning.places(order())
    await planning.freezes()
    await planning.releases()
    return await planning.hands_over()


async def test_an_unanswered_edition_is_paused_when_its_day_ends_and_sent_again_by_two(
    planning: Planning,
) -> None:
    batch = await released(planning)
    assert batch.until is not None
    assert timedelta() <= batch.until - RELEASE - timedelta(hours=12) < timedelta(minutes=1)
    planning.clock.set(THURSDAY)
    await planning.edition_becomes(batch.edition_id, "paused")
    paused = await planning.running.world.hear("sender.pause-edition", PauseEdition)
    assert paused.edition_id == batch.edition_id
    mail = await planning.running.world.hear("sender.send-message", SendMessage)
    assert mail.subject == "Utskicket 2026-11-18 hann inte gå klart"
    await planning.swept()
    assert await planning.running.world.waiting_in("sender.record-batch") == 0, "not again by itself"

    path = f"/editions/{batch.edition_id}/resume"
    assert (await planning.post(path, REASON)).status_code == 202
    assert (await by_another(planning, path)).status_code == 200
    again = await planning.hands_over()
    assert [mail.mail_id for mail in again.mails] == [mail.mail_id for mail in batch.mails]
    assert again.until is not None
    assert again.until > THURSDAY
    await planning.edition_becomes(batch.edition_id, "released")


async def test_what_the_sender_has_goes_on_after_its_day(planning: Planning) -> None:
    batch = await released(planning)
    await planning.records(batch)
    await until(lambda: planning.edition(batch.edition_id), lambda seen: seen["batches_recorded"] == 1)
    planning.clock.set(THURSDAY)
    await planning.swept()
    assert (await planning.edition(batch.edition_id))["state"] == "released"


async def test_what_never_came_and_is_stopped_is_concluded_by_the_sender(planning: Planning) -> None:
    batch = await released(planning)
    planning.clock.set(THURSDAY)
    await planning.edition_becomes(batch.edition_id, "paused")
    await planning.post(f"/editions/{batch.edition_id}/stop", REASON)
    assert (await planning.hands_over()).until is None
