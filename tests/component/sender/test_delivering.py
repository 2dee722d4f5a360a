"""An edition from the bus to the relay, and its outcomes back."""

from shared.contracts.sender import BatchRecorded, DeliveryReported, MessageConcluded
from tests.component.sender.post_office import EDITION, PostOffice, edition, letter, mail, section


async def test_each_recipient_gets_one_mail_with_every_section(post_office: PostOffice) -> None:
    await post_office.say(edition(section(1, order_class="duty"), section(2, title="Läger"), mails=30))
    await post_office.hand_over(mail(f"p{n}@example.org", 1, 2) for n in range(30))
    progress = await post_office.finished(30)
    assert (progress["accepted"], progress["prepared"], progress["uncertain"]) == (30, 30, 0)
    received = post_office.received()
    assert sorted(each.recipients for each in received) == sorted((f"p{n}@example.org",) for n in range(30))
    message = await post_office.received_by("p7@example.org")
    assert message["Subject"] == "Onsdagsutskick 17 februari: Kurs och 1 till"
    assert len(message["X-Onsdag-Orders"].split(",")) == 2


async def test_mails_that_come_before_their_edition_wait_for_it(post_office: PostOffice) -> None:
    await post_office.hand_over([mail("p1@example.org")])
    recorded = await post_office.running.world.hear("scheduler.note-batch", BatchRecorded)
    assert (recorded.recorded, recorded.repeated) == (1, 0)
    assert (await post_office.progress())["ready"] is False
    await post_office.say(edition(section(1)))
    assert (await post_office.finished(1))["accepted"] == 1


async def test_one_to_one_mail_is_sent_once_per_key(post_office: PostOffice) -> None:
    for _ in range(3):
        await post_office.say(letter("asa.lind@example.org"))
    message = await post_office.received_by("asa.lind@example.org")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    concluded = await post_office.running.world.hear("intake.note-answer", MessageConcluded)
    assert (concluded.key, concluded.state) == ("order-1:confirmation", "accepted")
    assert await post_office.number("SELECT count(*) FROM mail") == 1


async def test_outcomes_are_reported_in_batches(post_office: PostOffice) -> None:
    mails = [mail(f"p{n}@example.org") for n in range(20)]
    await post_office.say(edition(section(1)))
    await post_office.hand_over(mails)
    told: dict[object, str] = {}
    while len(told) < 20:
        report = await post_office.running.world.hear("scheduler.note-outcomes", DeliveryReported)
        assert report.edition_id == EDITION
        told |= {outcome.mail_id: outcome.state for outcome in report.outcomes}
    assert set(told.values()) == {"accepted"}
    assert await post_office.number("SELECT count(*) FROM outcome") == 0
