"""A Wednesday is stopped or moved: the orderers are told."""

from datetime import date
from uuid import UUID

from shared.contracts.scheduler import EditionStopped
from shared.contracts.sender import SendMessage
from tests.component.intake.office import ASA, EDITION, WEDNESDAY, Office, completed, released, scheduled
from tests.support.waiting import until


def stopped(order_id: str, *, left: bool) -> EditionStopped:
    return EditionStopped(
        edition_id=EDITION,
        wednesday=WEDNESDAY,
        reason="Fel datum i kallelsen.",
        left=left,
        order_ids=(UUID(order_id),),
    )


async def test_the_orderer_is_told_of_a_stop_and_why(office: Office) -> None:
    world = office.running.world
    order_id = await office.accepted()
    await world.say(released(order_id), office.clock.now())
    await office.state_becomes(order_id, "sending")
    for _ in range(2):
        await world.say(stopped(order_id, left=True), office.clock.now())
    order = await office.state_becomes(order_id, "stopped")
    assert order["stopped_because"] == "Fel datum i kallelsen."
    mail = await world.hear("sender.send-message", SendMessage)
    assert (mail.to, mail.subject) == (ASA, "Ditt utskick är stoppat: Handlingar till årsmötet")
    assert "Anledning: Fel datum i kallelsen." in mail.markdown
    assert "En del av mottagarna kan redan ha fått det" in mail.markdown
    assert [answer["kind"] for answer in order["answers"]] == ["stopped"]


async def test_of_a_stop_before_anything_left_it_is_not_said_that_some_may_have_it(office: Office) -> None:
    order_id = await office.accepted()
    await office.running.world.say(stopped(order_id, left=False), office.clock.now())
    mail = await office.running.world.hear("sender.send-message", SendMessage)
    assert "En del av mottagarna" not in mail.markdown


async def test_the_orderer_is_told_when_what_was_moved_of_an_order_that_left_is_stopped(
    office: Office,
) -> None:
    world = office.running.world
    order_id = await office.accepted()
    await world.say(released(order_id), office.clock.now())
    await world.say(completed(order_id), office.clock.now())
    await office.state_becomes(order_id, "sent")
    carried = EditionStopped(
        edition_id=UUID(int=7),
        wednesday=date(2026, 11, 25),
        reason="Fel datum i kallelsen.",
        left=False,
        order_ids=(),
        carried_order_ids=(UUID(order_id),),
    )
    for _ in range(2):
        await world.say(carried, office.clock.now())
    mail = await world.hear("sender.send-message", SendMessage)
    assert (mail.to, mail.subject) == (ASA, "En del av ditt utskick är stoppad: Handlingar till årsmötet")
    assert "onsdagen den 25 november 2026" in mail.markdown
    assert "Anledning: Fel datum i kallelsen." in mail.markdown
    order = await office.order(order_id)
    assert (order["state"], [answer["kind"] for answer in order["answers"]]) == ("sent", ["stopped"])


async def test_a_day_told_of_an_order_that_left_changes_nothing(office: Office) -> None:
    world = office.running.world
    order_id = await office.accepted()
    await world.say(scheduled(order_id), office.clock.now())
    await world.hear("sender.send-message", SendMessage)
    await world.say(completed(order_id), office.clock.now())
    before = await office.state_becomes(order_id, "sent")
    handled = 'onsdag_messages_total{queue="intake.note-schedule",result="handled"}'
    so_far = await office.metric(handled)
    await world.say(scheduled(order_id, date(2026, 11, 25)), office.clock.now())
    await until(lambda: office.metric(handled), lambda count: count == so_far + 1)
    assert await office.order(order_id) == before
    assert await world.waiting_in("sender.send-message") == 0


async def test_an_edition_that_moves_to_another_day_is_answered_again(office: Office) -> None:
    world = office.running.world
    order_id = await office.accepted()
    await world.say(scheduled(order_id), office.clock.now())
    await world.hear("sender.send-message", SendMessage)
    moved = scheduled(order_id, date(2026, 11, 25)).model_copy(
        update={"note": "Onsdag 18 november är stängd."}
    )
    await world.say(moved, office.clock.now())
    mail = await world.hear("sender.send-message", SendMessage)
    assert "onsdagen den 25 november 2026" in mail.markdown
    assert "Onsdag 18 november är stängd." in mail.markdown
