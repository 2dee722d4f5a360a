"""From the interest to the letter (C2) and the member contact (C1), and what becomes of both."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.contracts.sender import MessageConcluded, SendMessage
from shared.ids import new_id
from tests.component.onboarding.reception import ASA, MONDAY, OUTBOX, Reception, interest, lund
from tests.support.waiting import until


async def test_C2_a_newcomer_gets_the_letter_at_once_and_the_step_is_told_when_it_is_done(
    reception: Reception,
) -> None:
    await reception.units(lund())
    await reception.say(interest())
    mails = await reception.mails()
    letter = mails["newcomer-letter"]
    assert (letter.key, letter.to, letter.name) == (
        "newcomer-letter-I1", "anna.ek@example.org", "Anna Ek",
    )  # fmt: skip
    assert letter.person_ids == ("p77",)  # so that it is forgotten when she is erased (F2)
    assert "Hej Anna!" in letter.markdown
    assert "Lund" in letter.subject

    asked = await reception.step_becomes("letter", "sent")
    assert (asked["due_at"], asked["last_day"]) == ("2026-11-26T23:00:00Z", "2026-11-26")
    assert datetime.fromisoformat(asked["sent_at"]) < datetime.fromisoformat(asked["due_at"])

    await reception.conclude(letter)
    done = await reception.step_becomes("letter", "done")
    assert (done["note"], done["late"]) == ("250 Ok", False)
    told = await reception.told()
    assert (told.step, told.interest_id) == ("letter", "I1")
    assert str(told.timeline_id) == (await reception.started())["timeline_id"]


async def test_C1_the_member_contact_is_told_at_once_of_the_newcomer(reception: Reception) -> None:
    await reception.units(lund())
    await reception.say(interest())
    mail = (await reception.mails())["newcomer-contact"]
    assert (mail.key, mail.to, mail.name) == ("newcomer-contact-I1", ASA, "Åsa Lind")
    for known in ("Anna Ek", r"anna\.ek\@example\.org", r"\+46701740605", "Jag vill hjälpa till med läxor"):
        assert known in mail.markdown
    assert mail.person_ids == ("p77",)  # it is about her, whoever it is to
    await reception.conclude(mail)
    await reception.step_becomes("contact", "done")
    assert (await reception.told()).step == "contact"


async def test_every_step_exists_with_its_limit(reception: Reception) -> None:
    await reception.say(interest(registered_at=datetime(2026, 11, 23, 22, 59, tzinfo=UTC)))
    timeline = await reception.started()
    assert [(step["step"], step["last_day"]) for step in timeline["steps"]] == [
        ("contact", "2026-11-23"),
        ("letter", "2026-11-26"),
        ("call", "2026-11-30"),
        ("referral", "2026-12-07"),
        ("training", "2027-01-18"),
        ("follow_up", "2027-02-01"),
        ("erasure", "2027-02-15"),
    ]
    assert {step["state"] for step in timeline["steps"][2:]} == {"waiting"}
    one = await reception.running.get(f"/api/v1/timelines/{timeline['timeline_id']}", reception.admin)
    assert [step["step"] for step in one["steps"]] == [step["step"] for step in timeline["steps"]]


async def test_a_message_that_comes_a_hundred_times_starts_one_timeline(reception: Reception) -> None:
    await reception.units(lund())
    message_id = new_id()
    for _ in range(100):
        await reception.say(interest(), message_id=message_id)
    await reception.say(interest("I2"))
    mails = [await reception.running.world.hear(OUTBOX, SendMessage) for _ in range(4)]
    assert len({mail.key for mail in mails}) == 4
    await until(lambda: reception.waiting("onboarding.start-timeline"), lambda waiting: waiting == 0)
    assert (await reception.timelines())["total"] == 2
    assert await reception.waiting() == 0


async def test_the_same_interest_in_a_new_message_changes_nothing(reception: Reception) -> None:
    await reception.units(lund())
    await reception.say(interest())
    await reception.mails()
    await reception.say(interest(first_name="Anja", registered_at=MONDAY + timedelta(days=1)))
    await reception.say(interest("I2"))
    assert (await reception.mails())["newcomer-letter"].key == "newcomer-letter-I2"
    assert (await reception.timelines())["total"] == 2
    mine = (await reception.timelines("", reception.token()))["timelines"]
    assert [timeline["newcomer"]["first_name"] for timeline in mine] == ["Anna", "Anna"]


async def test_an_acceptance_reported_ten_times_is_told_once(reception: Reception) -> None:
    await reception.units(lund())
    await reception.say(interest())
    mails = await reception.mails()
    for _ in range(10):
        await reception.conclude(mails["newcomer-letter"])
    await reception.told()
    await reception.conclude(mails["newcomer-contact"])
    assert (await reception.told()).step == "contact"
    assert await reception.waiting("crm.read-steps") == 0


@pytest.mark.parametrize(
    ("state", "reply", "note"),
    [
        ("failed", "550 5.1.1 <anna.ek@example.org> unknown", "550 5.1.1 (address) unknown"),
        ("failed", "a@b " * 125, ("(address) " * 125)[:500]),
        ("failed", "", "the mail was refused"),
        ("suppressed", "", "the address must not be written to"),
    ],
)
async def test_a_refused_letter_fails_with_the_reply_but_without_the_address(
    reception: Reception, state: str, reply: str, note: str
) -> None:
    await reception.units(lund())
    await reception.say(interest())
    await reception.conclude((await reception.mails())["newcomer-letter"], state, reply)
    assert (await reception.step_becomes("letter", "failed"))["note"] == note
    await until(lambda: reception.metric("letter", "failed"), lambda count: count == 1)


async def test_an_uncertain_letter_is_done_when_the_sender_says_so(reception: Reception) -> None:
    await reception.units(lund())
    await reception.say(interest())
    letter = (await reception.mails())["newcomer-letter"]
    await reception.conclude(letter, "uncertain", "")
    await reception.step_becomes("letter", "uncertain")
    await reception.conclude(letter)
    await reception.step_becomes("letter", "done")


async def test_other_services_mails_are_none_of_ours_and_an_unknown_key_is_put_aside(
    reception: Reception,
) -> None:
    for purpose in ("order-answer", "newcomer-letter"):
        await reception.say(
            MessageConcluded(key=f"{purpose}-X", purpose=purpose, state="accepted", at=MONDAY)
        )
    dead = "onboarding.note-letter.dead"
    await until(lambda: reception.waiting(dead), lambda waiting: waiting == 1)


async def test_a_very_long_id_still_has_a_key_of_its_own(reception: Reception) -> None:
    await reception.units(lund())
    long = "I" * 199
    await reception.say(interest(long + "1"))
    first = await reception.mails()
    await reception.say(interest(long + "2"))
    second = await reception.mails()
    assert len({mail.key for mail in (*first.values(), *second.values())}) == 4
