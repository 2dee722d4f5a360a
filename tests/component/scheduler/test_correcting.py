"""A correction of a stopped order reaches exactly those who got it, or may have."""

from datetime import timedelta
from pathlib import Path

import pytest

from shared.contracts.intake import Audience
from shared.contracts.sender import DeliverBatch
from tests.component.scheduler.planning import (
    CUTOFF,
    RELEASE,
    Planning,
    assignment,
    duty,
    open_planning,
    order,
    person,
    unit,
)
from tests.support.waiting import until

A_WEEK = timedelta(days=7)


async def test_a_correction_waits_neither_for_contact_pressure_nor_for_room(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    """Who was misled hears of it on the next Wednesday, however much else there is to read (D2)."""
    async with open_planning(
        scheduler_database, fresh_vhost, tmp_path, most_sections=1, edition_capacity=1
    ) as planning:
        numbers = (1, 2)
        kinds = {1: "ordförande", 2: "kassör"}
        await planning.knows(
            [person(n) for n in numbers], [unit(1)], [assignment(n, n, 1, kinds[n]) for n in numbers]
        )
        wrong = order(title="Fel datum")
        placed = await planning.places(wrong)
        await planning.freezes()
        await planning.releases()
        batch = await planning.hands_over()
        await planning.records(batch)
        await planning.reports(batch, "accepted")
        await planning.edition_becomes(placed.edition_id, "completed")

        planning.clock.set(RELEASE + timedelta(hours=2))
        later = RELEASE + timedelta(hours=1)
        treasurers = Audience(assignment_types=("kassör",), all_units=True)
        news = await planning.places(order(urgency="urgent", completed_at=later))
        full = await planning.places(duty(completed_at=later, audience=treasurers))
        assert full.wednesday == news.wednesday, "two mails where one is allowed"
        correction = order(
            title="Rättelse", audience=Audience(recipients_of=(wrong.order_id,)), completed_at=later
        )
        told = await planning.places(correction)
        assert (told.wednesday, told.note) == (full.wednesday, "")
        await planning.freezes(CUTOFF + A_WEEK)
        figures = await planning.edition(told.edition_id)
        share = next(e for e in figures["per_order"] if e["order_id"] == str(correction.order_id))
        assert (share["recipients"], share["excluded"]) == (1, {})


@pytest.mark.parametrize("is_withdrawn", [False, True])
async def test_a_correction_reaches_who_is_still_to_get_what_it_corrects(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path, *, is_withdrawn: bool
) -> None:
    """For one of two chairs the wrong appeal waits a week (D2), and comes then with its correction."""
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, most_sections=1) as planning:
        held = [assignment(1, 1, 1), assignment(2, 2, 1), assignment(3, 2, 1, "kassör")]
        await planning.knows([person(1), person(2)], [unit(1)], held)
        treasurers = Audience(assignment_types=("kassör",), all_units=True)
        wrong = order(order_class="appeal")
        for accepted in (order(audience=treasurers), wrong):
            await planning.places(accepted)
        assert (await planning.freezes()).mails == 2
        await planning.releases()
        if is_withdrawn:
            taken = await planning.post(f"/orders/{wrong.order_id}/withdraw", {"reason": "Fel datum."})
            assert taken.status_code == 200
        planning.clock.set(RELEASE + timedelta(hours=2))
        correction = order(
            audience=Audience(recipients_of=(wrong.order_id,)), completed_at=RELEASE + timedelta(hours=1)
        )
        await planning.places(correction)
        frozen = await planning.freezes(CUTOFF + A_WEEK)
        told = {each.order_id: each.recipients for each in frozen.orders}
        assert told == {correction.order_id: 1 if is_withdrawn else 2}
        assert (frozen.pairs, frozen.mails) == ((1, 1) if is_withdrawn else (3, 2))


async def test_a_correction_reaches_who_got_the_stopped_order_or_may_have(planning: Planning) -> None:
    numbers = range(1, 6)
    await planning.knows([person(n) for n in numbers], [unit(1)], [assignment(n, n, 1) for n in numbers])
    wrong = order(title="Fel datum")
    placed = await planning.places(wrong)
    await planning.freezes()
    await planning.opts_out(5)
    await planning.releases()
    batch = await planning.hands_over()
    await planning.records(batch)
    got, perhaps, stopped, waiting = sorted(batch.mails, key=lambda mail: mail.address)
    for mail, state in ((got, "accepted"), (perhaps, "uncertain"), (stopped, "suppressed")):
        one = DeliverBatch(edition_id=batch.edition_id, batch=1, mails=(mail,))
        await planning.reports(one, state)  # type: ignore[arg-type]  # one of its literals
    path = f"/editions/{placed.edition_id}"
    assert (await planning.post(f"{path}/stop", {"reason": "Fel datum."})).status_code == 200
    counts = {"accepted": 1, "uncertain": 1, "not_sent": 3}
    await until(lambda: planning.get(f"{path}/recipients"), lambda page: page["mails"] == counts)
    assert waiting.address == "person4@example.org", "of which the sender has not reported: it may have left"

    correction = order(
        title="Rättelse: Fel datum",
        audience=Audience(recipients_of=(wrong.order_id,)),
        completed_at=RELEASE + timedelta(hours=1),
    )
    planning.clock.set(RELEASE + timedelta(hours=2))
    assert (await planning.places(correction)).wednesday == placed.wednesday + A_WEEK
    frozen = await planning.freezes(CUTOFF + A_WEEK)
    assert (frozen.pairs, frozen.mails) == (3, 3)
    await planning.releases(RELEASE + A_WEEK)
    reached = {mail.address for mail in (await planning.hands_over()).mails}
    assert reached == {"person1@example.org", "person2@example.org", "person4@example.org"}
