"""A batch that the sender has not answered is sent again. By then its mails may have left."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from services.scheduler.adapters.tables import metadata
from shared.contracts.crm import ErasedPerson, PersonErased
from shared.contracts.sender import DeliverBatch
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database, engine_for
from tests.component.scheduler.planning import RELEASE, Planning, assignment, duty, order, person, unit
from tests.support.waiting import until

MAIL = {
    "address": "eva@example.org",
    "language": "sv",
    "readers": [{"person_id": "p1", "name": "Eva", "sections": {"1": ["ordförande"]}}],
}
LATER = RELEASE + timedelta(minutes=6)


async def handed_over(planning: Planning) -> tuple[UUID, UUID, DeliverBatch]:
    """Return an order, its edition and the batch of three chairs, which the sender has not answered."""
    numbers = range(1, 4)
    await planning.knows([person(n) for n in numbers], [unit(1)], [assignment(n, n, 1) for n in numbers])
    news = order()
    placed = await planning.places(news)
    await planning.places(duty())
    await planning.freezes()
    await planning.releases()
    return news.order_id, placed.edition_id, await planning.hands_over()


async def test_a_batch_never_answered_is_sent_again_and_an_answered_one_is_not(planning: Planning) -> None:
    _, edition_id, first = await handed_over(planning)
    planning.clock.set(LATER)
    again = await planning.hands_over()
    assert again.mails == first.mails, "mail for mail the same"
    await planning.records(again)
    await until(lambda: planning.edition(edition_id), lambda edition: edition["batches_recorded"] == 1)
    planning.clock.set(RELEASE + timedelta(minutes=20))
    await planning.reports(again, "accepted")
    await planning.completes()
    assert await planning.running.world.waiting_in("sender.record-batch") == 0


async def test_a_batch_that_waits_for_the_bus_was_not_missed(planning: Planning) -> None:
    _, edition_id, _ = await handed_over(planning)
    database = Database(engine_for(planning.settings.database_url, "scheduler", pool_size=1))
    outbox = Outbox("scheduler", metadata, planning.clock)
    waiting = DeliverBatch.model_validate(
        {"edition_id": edition_id, "batch": 7, "mails": [{**MAIL, "mail_id": edition_id}]}
    )
    async with database.begin() as conn:
        await outbox.add(conn, waiting)
        await conn.execute(text("UPDATE scheduler_outbox SET next_attempt_at = now() + interval '1 hour'"))
    planning.clock.set(LATER)
    await planning.swept()
    assert await planning.running.world.waiting_in("sender.record-batch") == 0
    async with database.begin() as conn:
        await conn.execute(text("DELETE FROM scheduler_outbox"))
    await database.close()
    assert (await planning.hands_over()).batch == 1


async def test_what_was_refused_after_the_hand_over_is_the_senders_to_leave_out(planning: Planning) -> None:
    """It left before the opt-out: to take it back here would deny what the reader got."""
    news, _, first = await handed_over(planning)
    await planning.opts_out(1)
    await planning.opts_out(2, "address")
    planning.clock.set(LATER)
    assert (await planning.hands_over()).mails == first.mails
    await planning.reports(first, "accepted")
    assert (await planning.completes()).outcomes == {"accepted": 3}
    for number in (1, 2):
        why = await planning.get(f"/orders/{news}/people/p{number}")
        assert (why["answer"], why["state"]) == ("planned", "accepted")


async def test_a_mail_whose_address_is_gone_is_concluded_and_the_senders_word_counts_more(
    planning: Planning,
) -> None:
    _, edition_id, first = await handed_over(planning)
    erased = PersonErased(persons=tuple(ErasedPerson(person_id=f"p{n}", version=2) for n in (1, 2)))
    await planning.tells("erase-persons", erased)
    planning.clock.set(LATER)
    again = await planning.hands_over()
    assert [mail.address for mail in again.mails] == ["person3@example.org"]
    await until(
        lambda: planning.edition(edition_id),
        lambda edition: edition["outcomes"] == {"planned": 1, "suppressed": 2},
    )
    left = DeliverBatch(edition_id=edition_id, batch=first.batch, mails=(first.mails[0], again.mails[0]))
    await planning.reports(left, "accepted")
    assert (await planning.completes()).outcomes == {"accepted": 2, "suppressed": 1}
