"""A unit or a member contact that is not there yet: nothing is lost, and what is missing is said (C1)."""

from datetime import timedelta

from tests.component.onboarding.reception import MONDAY, Reception, interest, lund
from tests.support.waiting import until


async def test_C1_a_newcomer_of_an_unknown_unit_is_told_of_when_the_unit_is_known(
    reception: Reception,
) -> None:
    await reception.say(interest())
    assert (await reception.step_becomes("contact", "missing"))["note"] == "the unit is not known yet"
    assert (await reception.step("letter"))["state"] == "missing"
    assert (await reception.started())["unit_name"] is None
    await until(lambda: reception.metric("contact", "missing"), lambda count: count == 1)

    await reception.units(lund())
    mails = await reception.mails()
    assert "Lund" in mails["newcomer-letter"].subject
    assert "Åsa Lind" in mails["newcomer-letter"].markdown
    assert (await reception.step_becomes("contact", "sent"))["note"] == ""
    assert (await reception.started())["unit_name"] == "Lund"


async def test_C1_a_unit_without_a_member_contact_says_so_until_it_has_one(reception: Reception) -> None:
    await reception.units(lund(email=None))
    await reception.say(interest())
    letter = (await reception.mails(1))["newcomer-letter"]
    assert "Din kontakt" not in letter.markdown
    missing = await reception.step_becomes("contact", "missing")
    assert missing["note"] == "the unit has no member contact with an address that works"

    await reception.units(lund(2))
    assert "newcomer-contact" in await reception.mails(1)


async def test_a_broken_address_and_a_closed_unit_are_no_contact(reception: Reception) -> None:
    await reception.units(lund(email="Åsa"), lund(unit_id="1282", closed=True))
    await reception.say(interest())
    await reception.say(interest("I2", unit_id="1282"))
    assert set(await reception.mails(2)) == {"newcomer-letter"}
    await reception.step_becomes("contact", "missing")
    assert (await reception.step_becomes("contact", "missing", "I2"))["note"] == "the unit is closed"


async def test_C2_a_letter_does_not_wait_for_an_unknown_unit_beyond_its_hours(reception: Reception) -> None:
    await reception.say(interest())
    await reception.step_becomes("letter", "missing")
    reception.clock.set(MONDAY + timedelta(hours=13))
    letter = (await reception.mails(1))["newcomer-letter"]
    assert "Hjälpen" in letter.subject
    sent = await reception.step_becomes("letter", "sent")
    assert not sent["late"]
    assert (await reception.step("contact"))["state"] == "missing"


async def test_a_late_event_of_a_unit_changes_nothing(reception: Reception) -> None:
    await reception.units(lund(3, email="ny@example.org"), lund(2, email="fel@example.org"))
    await reception.say(interest())
    assert (await reception.mails())["newcomer-contact"].to == "ny@example.org"
    await reception.units(lund(3, email="gammal@example.org"), lund(2, name="Lundby"))
    await reception.say(interest("I2"))
    mails = await reception.mails()
    assert mails["newcomer-contact"].to == "ny@example.org"
    assert "Lundby" not in mails["newcomer-letter"].subject


async def test_a_hundred_and_more_that_waited_are_all_told_of(reception: Reception) -> None:
    for n in range(105):
        await reception.say(interest(f"I{n}"))
    await until(lambda: reception.timelines("?step=contact&state=missing"), lambda page: page["total"] == 105)
    await reception.units(lund())
    await until(lambda: reception.timelines("?step=contact&state=sent"), lambda page: page["total"] == 105)
    await until(reception.waiting, lambda waiting: waiting == 210)
