"""A stop takes with it what contact pressure moved out of the edition; nobody waits for what never comes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.intake import OrderAccepted
from shared.contracts.scheduler import EditionStopped
from tests.component.scheduler.planning import (
    CUTOFF,
    RELEASE,
    TUESDAY,
    Planning,
    assignment,
    open_planning,
    order,
    person,
    unit,
)
from tests.support.waiting import until

WEEK = timedelta(weeks=1)
WHY = {"reason": "Fel datum i kallelsen."}


@pytest.fixture
async def sparing(scheduler_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Planning]:
    """A scheduler that allows one section of information or appeal for each person. It knows two chairs."""
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, most_sections=1) as opened:
        await opened.knows([person(1), person(2)], [unit(1)], [assignment(1, 1, 1), assignment(2, 2, 1)])
        yield opened


async def news_and_appeal(planning: Planning) -> tuple[UUID, OrderAccepted]:
    """Freeze an edition where everybody gets the news and waits for the appeal."""
    appeal = order(order_class="appeal")
    for accepted in (order(), appeal):
        edition_id = (await planning.places(accepted)).edition_id
    assert (await planning.freezes()).pairs == 2
    return edition_id, appeal


async def stop(planning: Planning, edition_id: UUID) -> EditionStopped:
    answer = await planning.post(f"/editions/{edition_id}/stop", WHY)
    assert answer.status_code == 200, answer.text
    return await planning.running.world.hear("intake.note-stop", EditionStopped)


async def share(planning: Planning, edition_id: UUID, placed: OrderAccepted) -> dict[str, Any]:
    per_order = (await planning.edition(edition_id))["per_order"]
    return next(entry for entry in per_order if entry["order_id"] == str(placed.order_id))


async def is_told_as_stopped(planning: Planning, edition_id: UUID, placed: OrderAccepted) -> None:
    why = await planning.get(f"/orders/{placed.order_id}/people/p1")
    assert (why["answer"], why["reason"]) == ("excluded", "stopped")
    assert "stoppades" in why["sentence"]
    assert "onsdag" not in why["sentence"], "no Wednesday is promised"
    assert (await share(planning, edition_id, placed))["excluded"] == {"stopped": 2}
    listed = (await planning.get(f"/editions/{edition_id}/exclusions"))["exclusions"]
    assert {each["reason"] for each in listed} == {"stopped"}


async def test_stopped_before_it_left_nothing_that_was_moved_is_promised_any_more(sparing: Planning) -> None:
    edition_id, appeal = await news_and_appeal(sparing)
    told = await stop(sparing, edition_id)
    assert appeal.order_id in told.order_ids, "its orderer is told"
    await is_told_as_stopped(sparing, edition_id, appeal)


async def test_stopped_on_its_way_what_was_moved_does_not_leave_next_wednesday(sparing: Planning) -> None:
    edition_id, appeal = await news_and_appeal(sparing)
    await sparing.releases()
    await stop(sparing, edition_id)
    await is_told_as_stopped(sparing, edition_id, appeal)
    other = order(completed_at=TUESDAY + WEEK)
    later = (await sparing.places(other)).edition_id
    frozen = await sparing.freezes(CUTOFF + WEEK)
    assert (frozen.edition_id, frozen.pairs) == (later, 2), "only the new order"
    assert (await share(sparing, later, appeal))["withdrawn"] is True


async def test_stopped_late_it_is_taken_out_of_the_mails_already_decided(sparing: Planning) -> None:
    edition_id, appeal = await news_and_appeal(sparing)
    await sparing.releases()
    later = (await sparing.freezes(CUTOFF + WEEK)).edition_id
    assert (await share(sparing, later, appeal))["recipients"] == 2
    await stop(sparing, edition_id)
    await is_told_as_stopped(sparing, edition_id, appeal)
    taken = await share(sparing, later, appeal)
    assert (taken["recipients"], taken["excluded"]) == (0, {"stopped": 2})
    assert (await sparing.edition(later))["outcomes"] == {"suppressed": 2}
    assert (await sparing.releases(RELEASE + WEEK)).mails == 0


async def test_what_has_begun_to_leave_elsewhere_is_left_alone(sparing: Planning) -> None:
    edition_id, appeal = await news_and_appeal(sparing)
    await sparing.releases()
    await sparing.freezes(CUTOFF + WEEK)
    await sparing.releases(RELEASE + WEEK)
    await stop(sparing, edition_id)
    why = await sparing.get(f"/orders/{appeal.order_id}/people/p1")
    assert (why["answer"], why["wednesday"], why["moved_from"]) == ("planned", "2026-11-25", "2026-11-18")
    assert (await share(sparing, edition_id, appeal))["excluded"] == {"contact_pressure": 2}


async def test_stopped_where_it_was_moved_to_nothing_is_promised_where_it_came_from(
    sparing: Planning,
) -> None:
    edition_id, appeal = await news_and_appeal(sparing)
    await sparing.releases()
    why = f"/orders/{appeal.order_id}/people/p1"
    later = await until(lambda: sparing.get(why), lambda told: told["edition_id"] != str(edition_id))
    sparing.clock.set(RELEASE + WEEK + timedelta(hours=13))
    await sparing.edition_becomes(later["edition_id"], "parked")
    await stop(sparing, later["edition_id"])
    await is_told_as_stopped(sparing, edition_id, appeal)


@pytest.mark.parametrize("frozen", [False, True], ids=["never frozen", "frozen"])
async def test_whom_a_stopped_order_never_reached_is_told_so(sparing: Planning, *, frozen: bool) -> None:
    placed = order()
    edition_id = (await sparing.places(placed)).edition_id
    if frozen:
        await sparing.freezes()
    else:
        sparing.clock.set(RELEASE + timedelta(hours=13))
        await sparing.edition_becomes(edition_id, "parked")
    await stop(sparing, edition_id)
    why = await sparing.get(f"/orders/{placed.order_id}/people/p1")
    assert (why["answer"], why["reason"], why["expected"]) == ("excluded", "stopped", None)
    assert why["sentence"].startswith("Utskicket stoppades")
