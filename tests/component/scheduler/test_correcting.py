"""A correction of a stopped order reaches exactly those who got it, or may have."""

from datetime import timedelta

from shared.contracts.intake import Audience
from shared.contracts.sender import DeliverBatch
from tests.component.scheduler.planning import CUTOFF, RELEASE, Planning, assignment, order, person, unit
from tests.support.waiting import until

A_WEEK = timedelta(days=7)


async def test_a_correction_reaches_who_got_the_stopped_order_and_nobody_else(planning: Planning) -> None:
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
    assert waiting.address == "person4@example.org", "of which the sender has not reported yet"

    correction = order(
        title="Rättelse: Fel datum",
        audience=Audience(recipients_of=(wrong.order_id,)),
        completed_at=RELEASE + timedelta(hours=1),
    )
    planning.clock.set(RELEASE + timedelta(hours=2))
    assert (await planning.places(correction)).wednesday == placed.wednesday + A_WEEK
    frozen = await planning.freezes(CUTOFF + A_WEEK)
    assert (frozen.pairs, frozen.mails) == (2, 2)
    await planning.releases(RELEASE + A_WEEK)
    reached = {mail.address for mail in (await planning.hands_over()).mails}
    assert reached == {"person1@example.org", "person2@example.org"}
