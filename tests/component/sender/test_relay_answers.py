"""What the relay answers decides what becomes of a mail."""

from email.message import EmailMessage

from deploy.local.sink.rules import Rule, write_rules
from services.sender.domain.retry import RESEND_AFTER
from shared.addresses import address_hash
from shared.contracts.sender import AddressFailed, DeliveryReported, MessageConcluded
from tests.component.sender.post_office import EDITION, PostOffice, edition, letter, mail, section
from tests.component.sender.test_metrics import shown
from tests.support.waiting import until

DUE_NOW = "UPDATE delivery SET due_at = now() WHERE state = 'deferred'"
AS_AFTER_A_CRASH = "UPDATE delivery SET state = 'submitting', lease_token = -1"


async def test_refusal_for_now_is_tried_again_later(post_office: PostOffice) -> None:
    write_rules(post_office.sink.folder, [Rule("busy@*", "450 4.2.1 Mailbox busy", times=1)])
    await post_office.say(edition(section(1)))
    await post_office.hand_over([mail("busy@example.org"), mail("p1@example.org")])
    await post_office.becomes("SELECT count(*) FROM delivery WHERE state = 'deferred'", 1)
    wait = "SELECT extract(epoch FROM due_at - now())::int FROM delivery WHERE state = 'deferred'"
    assert 290 <= await post_office.number(wait) <= 300
    await post_office.execute(DUE_NOW)
    assert (await post_office.finished(2))["accepted"] == 2
    assert len(post_office.received()) == 2


async def test_refusal_at_the_end_of_the_data_is_tried_again_later(post_office: PostOffice) -> None:
    write_rules(post_office.sink.folder, [Rule("busy@*", "452 4.3.1 Full", at="data", times=1)])
    await post_office.say(edition(section(1)))
    await post_office.hand_over([mail("busy@example.org")])
    await post_office.becomes("SELECT count(*) FROM delivery WHERE state = 'deferred'", 1)
    await post_office.execute(DUE_NOW)
    assert (await post_office.finished(1))["accepted"] == 1


async def test_refusal_for_good_is_final_and_reported(post_office: PostOffice) -> None:
    await post_office.say(edition(section(1)))
    await post_office.hand_over([mail("nobody@reject.example.org"), mail("p1@example.org")])
    progress = await post_office.finished(2)
    assert (progress["accepted"], progress["refused"]) == (1, 1)
    failed = await post_office.running.world.hear("compliance.note-failed-address", AddressFailed)
    assert failed.address_hash == address_hash(post_office.settings.secret, "nobody@reject.example.org").hex()
    assert failed.person_ids == ("p1",)
    assert failed.reply == "550 5.1.1 No such recipient"


async def test_refusal_of_us_costs_nobody_their_mail(post_office: PostOffice) -> None:
    write_rules(post_office.sink.folder, [Rule("*", "550 5.7.1 Your reputation is poor", times=1)])
    await post_office.say(edition(section(1)))
    await post_office.hand_over([mail("p1@example.org")])
    await post_office.becomes("SELECT count(*) FROM delivery WHERE state = 'deferred'", 1)
    await post_office.execute(DUE_NOW)
    assert (await post_office.finished(1))["accepted"] == 1
    await post_office.becomes("SELECT count(*) FROM outcome", 0)
    assert await post_office.running.world.waiting_in("compliance.note-failed-address") == 0


async def test_address_that_cannot_be_written_fails_without_a_connection(post_office: PostOffice) -> None:
    await post_office.say(edition(section(1)))
    await post_office.hand_over([mail("anna at example"), mail("p1@example.org")])
    progress = await post_office.finished(2)
    assert (progress["accepted"], progress["refused"]) == (1, 1)


async def test_relay_that_is_away_costs_nobody_their_mail(post_office: PostOffice) -> None:
    post_office.sink.stop()
    await post_office.say(edition(section(1)))
    await post_office.hand_over(mail(f"p{n}@example.org") for n in range(5))
    await post_office.becomes("SELECT count(*) FROM delivery WHERE state = 'claimed'", 5)
    post_office.sink.start()
    assert (await post_office.finished(5))["accepted"] == 5
    assert len(post_office.received()) == 5


async def test_mail_whose_answer_was_lost_is_sent_again_as_it_was(post_office: PostOffice) -> None:
    await post_office.say(edition(section(1)))
    await post_office.hand_over([mail("p1@example.org")])
    await post_office.finished(1)
    await post_office.execute(AS_AFTER_A_CRASH)
    await post_office.becomes("SELECT count(*) FROM delivery WHERE state = 'accepted' AND attempts = 2", 1)
    first, second = post_office.received()
    assert first.raw == second.raw
    assert await post_office.number("SELECT uncertainties FROM delivery") == 1


async def test_mail_whose_answer_was_lost_is_held_where_so_chosen(holding_office: PostOffice) -> None:
    await holding_office.say(edition(section(1)))
    await holding_office.hand_over([mail("p1@example.org")])
    await holding_office.finished(1)
    await holding_office.execute(AS_AFTER_A_CRASH)
    await holding_office.becomes("SELECT count(*) FROM delivery WHERE state = 'uncertain'", 1)
    states = set()
    while "uncertain" not in states:
        report = await holding_office.running.world.hear("scheduler.note-outcomes", DeliveryReported)
        states |= {outcome.state for outcome in report.outcomes}
    assert sum("p1@example.org" in each.recipients for each in holding_office.received()) == 1


async def test_letter_that_is_held_in_the_end_is_reported_and_one_that_is_sent_again_is_not(
    post_office: PostOffice,
) -> None:
    """Who waits for what became of it hears once that it is the desk's."""
    await post_office.say(letter("p1@example.org"))
    await post_office.becomes("SELECT count(*) FROM delivery WHERE state = 'accepted'", 1)
    await post_office.execute(AS_AFTER_A_CRASH)
    await post_office.becomes("SELECT count(*) FROM delivery WHERE state = 'accepted' AND attempts = 2", 1)
    await post_office.execute(f"{AS_AFTER_A_CRASH}, uncertainties = {len(RESEND_AFTER)}")
    told = [await heard_of_letter(post_office) for _ in range(3)]
    assert told == ["accepted", "accepted", "uncertain"]
    assert await post_office.number("SELECT count(*) FROM delivery WHERE state = 'uncertain'") == 1


NOTICES = "SELECT count(*) FROM mail WHERE purpose = 'mails-in-doubt'"
IN_DOUBT = f"{AS_AFTER_A_CRASH}, uncertainties = {len(RESEND_AFTER)} WHERE edition_id IS NOT NULL"


async def test_desk_is_called_once_when_mails_are_held_for_it(post_office: PostOffice) -> None:
    await post_office.say(edition(section(1), mails=2))
    await post_office.hand_over([mail("p1@example.org"), mail("p2@example.org")])
    await post_office.finished(2)
    await post_office.execute(IN_DOUBT)
    notice = await post_office.received_by(post_office.settings.organisation_address)
    assert notice["Subject"] == "Mejl väntar på ert beslut: kom de fram?"
    assert f"/api/v1/editions/{EDITION}/mails?state=uncertain" in read(notice)
    await until(lambda: shown(post_office, "onsdag_mails_in_doubt"), lambda value: value == 2)

    await post_office.execute(IN_DOUBT)
    await heard_in_doubt(post_office, 4)
    await post_office.becomes("SELECT count(*) FROM sender_outbox", 0)
    await post_office.say(letter("last@example.org"))
    await post_office.received_by("last@example.org")
    assert await post_office.number(NOTICES) == 1


async def heard_in_doubt(post_office: PostOffice, mails: int) -> None:
    heard = 0
    while heard < mails:
        report = await post_office.running.world.hear("scheduler.note-outcomes", DeliveryReported)
        heard += sum(each.state == "uncertain" for each in report.outcomes)


async def test_desk_is_told_which_letters_are_held_for_it(post_office: PostOffice) -> None:
    await post_office.say(letter("p1@example.org"))
    await post_office.becomes("SELECT count(*) FROM delivery WHERE state = 'accepted'", 1)
    mail_id = await post_office.text("SELECT mail_id FROM mail")
    await post_office.execute(f"{AS_AFTER_A_CRASH}, uncertainties = {len(RESEND_AFTER)}")
    notice = await post_office.received_by(post_office.settings.organisation_address)
    assert mail_id in read(notice)


def read(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def heard_of_letter(post_office: PostOffice) -> str:
    concluded = await post_office.running.world.hear("intake.note-answer", MessageConcluded)
    return concluded.state
