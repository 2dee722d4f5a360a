"""What should have been done by now is seen (C1, C2)."""

from datetime import timedelta

import pytest

from tests.component.onboarding.reception import MONDAY, Reception, interest, lund
from tests.support.waiting import until


async def test_C2_a_letter_without_an_answer_is_late_and_asked_for_again_with_the_same_key(
    reception: Reception,
) -> None:
    await reception.units(lund())
    await reception.say(interest())
    first = (await reception.mails())["newcomer-letter"]
    assert not (await reception.step("letter"))["late"]

    reception.clock.set(MONDAY + timedelta(hours=5))
    again = (await reception.mails())["newcomer-letter"]
    assert again == first
    assert (await reception.step("letter"))["late"]
    await until(lambda: reception.metric("letter", "late"), lambda count: count == 1)
    assert (await reception.timelines("?step=letter&late=true"))["total"] == 1

    await reception.conclude(again)
    done = await reception.step_becomes("letter", "done")
    assert not done["late"]
    await until(lambda: reception.metric("letter", "late"), lambda count: count == 0)
    assert await reception.waiting() == 0


async def test_C2_a_letter_that_failed_is_late_when_its_limit_has_passed(reception: Reception) -> None:
    await reception.units(lund())
    await reception.say(interest())
    mails = await reception.mails()
    await reception.conclude(mails["newcomer-letter"], "failed", "550 no")
    await reception.conclude(mails["newcomer-contact"])
    assert not (await reception.step_becomes("letter", "failed"))["late"]
    reception.clock.set(MONDAY + timedelta(days=4))
    assert (await reception.step("letter"))["late"]
    figures = await reception.running.get("/api/v1/figures", reception.admin)
    unit = figures["units"][0]
    assert (unit["newcomers"], unit["letters_late"], unit["letters_failed"]) == (1, 1, 1)


@pytest.mark.parametrize("order", [("accepted", "failed"), ("failed", "accepted")])
async def test_C2_a_letter_that_came_back_has_not_been_written_whichever_report_comes_first(
    reception: Reception, order: tuple[str, str]
) -> None:
    await reception.units(lund())
    await reception.say(interest())
    mails = await reception.mails()
    moments = {"accepted": MONDAY, "failed": MONDAY + timedelta(days=2)}
    for state, then in zip(order, ("done" if order[0] == "accepted" else "failed", "failed"), strict=True):
        reception.clock.set(moments[state])
        await reception.conclude(mails["newcomer-letter"], state, "bounce hard 5.1.1: no such mailbox")
        await reception.conclude(mails["newcomer-contact"])
        await reception.step_becomes("contact", "done")
        await reception.step_becomes("letter", then)
    step = await reception.step_becomes("letter", "failed")
    assert step["note"] == "bounce hard 5.1.1: no such mailbox"
    reception.clock.set(MONDAY + timedelta(days=4))
    assert (await reception.step("letter"))["late"]
    unit = (await reception.running.get("/api/v1/figures", reception.admin))["units"][0]
    assert (unit["letters_in_time"], unit["letters_late"], unit["letters_failed"]) == (0, 1, 1)
    await until(lambda: reception.metric("letter", "failed"), lambda count: count == 1)


async def test_C1_a_contact_not_told_of_by_the_end_of_the_day_is_late(reception: Reception) -> None:
    await reception.units(lund(email=None))
    await reception.say(interest())
    assert not (await reception.step_becomes("contact", "missing"))["late"]
    reception.clock.set(MONDAY + timedelta(hours=14))
    assert (await reception.step("contact"))["late"]
    await until(lambda: reception.metric("contact", "late"), lambda count: count == 1)


async def test_C3_a_call_is_late_after_seven_days_and_not_before(reception: Reception) -> None:
    await reception.say(interest())
    reception.clock.set(MONDAY + timedelta(days=7, hours=13, minutes=55))
    assert not (await reception.step("call"))["late"]
    reception.clock.set(MONDAY + timedelta(days=7, hours=14))
    assert (await reception.step("call"))["late"]
