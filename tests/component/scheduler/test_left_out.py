"""An opt-out came between hand-over and delivery: what the sender left out is told as left out (F1)."""

from typing import Any

from shared.contracts.intake import Audience
from shared.contracts.sender import DeliveryReported, Outcome, PlannedMail
from tests.component.scheduler.planning import (
    CUTOFF,
    RELEASE,
    Planning,
    assignment,
    duty,
    order,
    person,
    unit,
)
from tests.support.waiting import until


def said(mail: PlannedMail, at: Any, *refused: str, state: Any = "accepted") -> Outcome:
    return Outcome(mail_id=mail.mail_id, state=state, at=at, refused=refused)


async def test_F1_a_section_left_out_at_the_last_moment_is_told_as_left_out(planning: Planning) -> None:
    """1 opted out of the organisation, 2 of the unit, 3 of nothing; 4 gets news alone and opted out."""
    numbers = (1, 2, 3)
    held = [*(assignment(n, n, 1) for n in numbers), assignment(14, 4, 1, "kassör")]
    await planning.knows([person(n) for n in (*numbers, 4)], [unit(1)], held)
    news = order(audience=Audience(assignment_types=("ordförande", "kassör"), all_units=True))
    notice = duty()
    for each in (news, notice):
        edition_id = (await planning.places(each)).edition_id
    await planning.freezes()
    await planning.releases()
    batch = await planning.hands_over()
    await planning.records(batch)
    mail, at = {each.address[6]: each for each in batch.mails}, planning.clock.now()
    outcomes = (
        said(mail["1"], at, "organisation", "unit:u1"),
        said(mail["2"], at, "unit:u1", "unit:u9"),
        said(mail["3"], at),
        said(mail["4"], at, "organisation", state="suppressed"),
    )
    for _ in range(2):
        await planning.tells("note-outcomes", DeliveryReported(edition_id=edition_id, outcomes=outcomes))
    figures = await planning.edition_becomes(edition_id, "completed")
    per_order = {each["order_id"]: each["excluded"] for each in figures["per_order"]}
    assert per_order == {str(news.order_id): {"opted_out": 2, "opted_out_unit": 1}, str(notice.order_id): {}}

    why = {n: await planning.get(f"/orders/{news.order_id}/people/p{n}") for n in (1, 2, 3, 4)}
    assert {n: (told["answer"], told["reason"], told["after_freeze"]) for n, told in why.items()} == {
        1: ("excluded", "opted_out", True),
        2: ("excluded", "opted_out_unit", True),
        3: ("planned", None, False),
        4: ("excluded", "opted_out", True),
    }
    must_know = await planning.get(f"/orders/{notice.order_id}/people/p1")
    assert (must_know["answer"], must_know["state"]) == ("planned", "accepted")

    page = await planning.get(f"/editions/{edition_id}/recipients?order={news.order_id}")
    assert [each["person_id"] for each in page["recipients"]] == ["p3"]
    everyone = (await planning.get(f"/editions/{edition_id}/recipients"))["recipients"]
    assert {each["person_id"]: len(each["order_ids"]) for each in everyone} == {"p1": 1, "p2": 1, "p3": 2}


async def test_a_correction_does_not_go_to_who_never_got_the_section(planning: Planning) -> None:
    await planning.knows([person(1), person(2)], [unit(1)], [assignment(1, 1, 1), assignment(2, 2, 1)])
    news = order()
    edition_id = (await planning.places(news)).edition_id
    await planning.places(duty())
    await planning.freezes()
    await planning.releases()
    batch = await planning.hands_over()
    await planning.records(batch)
    first, second = sorted(batch.mails, key=lambda mail: mail.address)
    at = planning.clock.now()
    told = (said(first, at, "unit:u1"), said(second, at))
    await planning.tells("note-outcomes", DeliveryReported(edition_id=edition_id, outcomes=told))
    await planning.edition_becomes(edition_id, "completed")
    planning.clock.set(RELEASE.replace(hour=10))
    correction = duty(audience=Audience(recipients_of=(news.order_id,)), completed_at=RELEASE)
    later = await planning.places(correction)
    await planning.freezes(CUTOFF.replace(day=20))
    found = await until(
        lambda: planning.edition(later.edition_id), lambda figures: figures["state"] == "frozen"
    )
    assert found["pairs"] == 1
