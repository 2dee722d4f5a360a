"""From the freeze to the last outcome, whatever comes between."""

from datetime import timedelta

from shared.contracts.crm import ErasedPerson, PersonErased
from shared.contracts.intake import Audience, OrderWithdrawn
from shared.contracts.sender import DeliverBatch, DeliveryReported, Outcome
from tests.component.scheduler.planning import (
    RELEASE,
    Planning,
    assignment,
    duty,
    order,
    person,
    unit,
)
from tests.support.waiting import until


async def three_chairs(planning: Planning, people: int = 3) -> None:
    numbers = range(1, people + 1)
    await planning.knows([person(n) for n in numbers], [unit(1)], [assignment(n, n, 1) for n in numbers])


async def test_an_opt_out_between_freeze_and_release_is_obeyed_but_for_duty(planning: Planning) -> None:
    await three_chairs(planning)
    information = order()
    await planning.places(information)
    treasurers = Audience(assignment_types=("kassör", "ordförande"), units=("u1",))
    duty_order = duty(audience=treasurers)
    placed = await planning.places(duty_order)
    assert (await planning.freezes()).pairs == 6
    await planning.opts_out(2)
    assert (await planning.releases()).mails == 3
    batch = await planning.hands_over()
    sections = {mail.address: set(mail.readers[0].sections) for mail in batch.mails}
    assert sections["person1@example.org"] == {1, 2}
    assert sections["person2@example.org"] == {1}, "duty goes on"
    page = await planning.get(f"/editions/{placed.edition_id}/exclusions?reason=opted_out")
    assert [(e["person_id"], e["after_freeze"]) for e in page["exclusions"]] == [("p2", True)]


async def test_a_mail_with_nothing_left_is_not_handed_over(planning: Planning) -> None:
    await three_chairs(planning)
    placed = await planning.places(order())
    await planning.freezes()
    await planning.opts_out(1, "address")
    await planning.opts_out(2, "unit:u1")
    await planning.tells("erase-persons", PersonErased(persons=(ErasedPerson(person_id="p3", version=2),)))
    assert (await planning.releases()).mails == 0
    assert (await planning.completes()).outcomes == {"suppressed": 3}
    figures = await planning.edition(placed.edition_id)
    assert figures["excluded"] == {"dead_address": 1, "opted_out_unit": 1, "erased": 1}
    assert figures["per_order"][0]["recipients"] == 0
    assert figures["per_order"][0]["ordered"] == 3


async def test_an_order_withdrawn_after_the_freeze_is_taken_out_of_its_mails(planning: Planning) -> None:
    await three_chairs(planning)
    stays, goes = order(), order()
    await planning.places(stays)
    await planning.places(goes)
    await planning.freezes()
    await planning.tells("withdraw-order", OrderWithdrawn(order_id=goes.order_id, reason="Fel datum."))
    await planning.releases()
    prepared, batch = await planning.prepares(), await planning.hands_over()
    positions = {section.order_id: section.position for section in prepared.sections}
    assert {p for mail in batch.mails for p in mail.readers[0].sections} == {positions[stays.order_id]}
    why = await planning.get(f"/orders/{goes.order_id}/people/p1")
    assert (why["answer"], why["reason"], why["after_freeze"]) == ("excluded", "withdrawn", True)


async def test_batches_hold_at_most_250_mails_and_cover_each_once(planning: Planning) -> None:
    await three_chairs(planning, people=600)
    await planning.places(order())
    assert (await planning.freezes()).mails == 600
    released = await planning.releases()
    prepared = await planning.prepares()
    assert (prepared.mails, prepared.batches, released.mails) == (600, 3, 600)
    batches = [await planning.hands_over() for _ in range(3)]
    assert sorted(batch.batch for batch in batches) == [1, 2, 3]
    assert sorted(len(batch.mails) for batch in batches) == [100, 250, 250]
    assert len({mail.address for batch in batches for mail in batch.mails}) == 600


async def test_outcomes_in_any_order_and_twice_are_counted_once(planning: Planning) -> None:
    await three_chairs(planning)
    await planning.places(order())
    await planning.freezes()
    await planning.releases()
    batch = await planning.hands_over()
    one, two, three = (mail.mail_id for mail in batch.mails)
    at = planning.clock.now()

    def told(*states: tuple[object, str, int]) -> DeliveryReported:
        outcomes = [
            Outcome.model_validate({"mail_id": mail, "state": state, "at": at + timedelta(seconds=seconds)})
            for mail, state, seconds in states
        ]
        return DeliveryReported(edition_id=batch.edition_id, outcomes=tuple(outcomes))

    for _ in range(2):
        await planning.say(told((one, "accepted", 5), (two, "uncertain", 1)))
        await planning.say(told((one, "deferred", 1), (two, "accepted", 9), (three, "deferred", 2)))
        await planning.say(told((three, "failed", 7), (three, "deferred", 8)))
    assert (await planning.completes()).outcomes == {"accepted": 2, "failed": 1}


async def test_mails_held_as_uncertain_do_not_keep_an_edition_open_for_ever(planning: Planning) -> None:
    await three_chairs(planning)
    await planning.places(order())
    await planning.freezes()
    released = await planning.releases()
    batch = await planning.hands_over()
    await planning.records(batch)
    await planning.reports(batch, "uncertain")
    await until(
        lambda: planning.edition(released.edition_id), lambda edition: edition["outcomes"] == {"uncertain": 3}
    )
    assert (await planning.edition(released.edition_id))["state"] == "released"
    planning.clock.set(RELEASE + timedelta(hours=2))
    assert (await planning.completes()).outcomes == {"uncertain": 3}


async def test_names_and_roles_that_are_too_long_for_a_header_are_cut(planning: Planning) -> None:
    long = "Ö" * 400
    await planning.knows(
        [person(1, first_name=long, last_name=long)],
        [unit(1, name=long)],
        [assignment(1, 1, 1, "o" * 200)],
    )
    await planning.places(order(audience=Audience(assignment_types=("o" * 200,), all_units=True)))
    await planning.freezes()
    await planning.releases()
    (reader,) = (await planning.hands_over()).mails[0].readers
    assert reader.name == f"{long} {long}"[:500]
    assert reader.sections == {1: (f"{'o' * 200}, {long}"[:500],)}


async def test_a_report_about_a_mail_of_no_edition_goes_to_the_dead_queue(planning: Planning) -> None:
    await three_chairs(planning)
    await planning.places(order())
    await planning.freezes()
    await planning.releases()
    batch = await planning.hands_over()
    foreign = Outcome(mail_id=batch.edition_id, state="accepted", at=planning.clock.now())
    await planning.say(DeliveryReported(edition_id=batch.edition_id, outcomes=(foreign,)))
    dead = "scheduler.note-outcomes.dead"
    await until(lambda: planning.running.world.waiting_in(dead), lambda count: count == 1)


async def test_a_batch_of_an_unknown_edition_goes_to_the_dead_queue(planning: Planning) -> None:
    mails = (await a_batch(planning)).mails
    unknown = DeliverBatch(edition_id=mails[0].mail_id, batch=1, mails=mails)
    await planning.records(unknown)
    dead = "scheduler.note-batch.dead"
    await until(lambda: planning.running.world.waiting_in(dead), lambda count: count == 1)


async def a_batch(planning: Planning) -> DeliverBatch:
    await three_chairs(planning)
    await planning.places(order())
    await planning.freezes()
    await planning.releases()
    return await planning.hands_over()
