"""An order that left, but waits a week more for some: what is still to come of it, and who is told what."""

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
    WEDNESDAY,
    Planning,
    assignment,
    open_planning,
    order,
    person,
    unit,
)

WEEK = timedelta(weeks=1)
NEXT = WEDNESDAY + WEEK
WHY = {"reason": "Mötet är inställt."}


@pytest.fixture
async def sparing(scheduler_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Planning]:
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, most_sections=1) as opened:
        yield opened


async def carried(planning: Planning) -> tuple[OrderAccepted, UUID]:
    """Release an edition whose appeal has to wait for the only reader of the news."""
    await planning.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
    appeal = order(order_class="appeal")
    for accepted in (order(), appeal):
        await planning.places(accepted)
    await planning.freezes()
    await planning.releases()
    editions = (await planning.get("/editions"))["editions"]
    return appeal, next(UUID(each["edition_id"]) for each in editions if each["wednesday"] == str(NEXT))


async def share(planning: Planning, edition_id: UUID, placed: OrderAccepted) -> dict[str, Any]:
    per_order = (await planning.edition(edition_id))["per_order"]
    return next(entry for entry in per_order if entry["order_id"] == str(placed.order_id))


async def is_told_as_withdrawn(planning: Planning, placed: OrderAccepted) -> None:
    why = await planning.get(f"/orders/{placed.order_id}/people/p1")
    assert (why["answer"], why["reason"]) == ("excluded", "withdrawn")


@pytest.mark.parametrize("is_frozen", [False, True])
async def test_what_is_still_to_come_of_an_order_can_be_withdrawn(
    sparing: Planning, *, is_frozen: bool
) -> None:
    appeal, later = await carried(sparing)
    if is_frozen:
        assert (await sparing.freezes(CUTOFF + WEEK)).pairs == 1
    path = f"/orders/{appeal.order_id}/withdraw"
    assert (await sparing.post(path, WHY, "reader")).status_code == 403
    answer = await sparing.post(path, WHY)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "order_id": str(appeal.order_id),
        "editions": [{"edition_id": str(later), "wednesday": str(NEXT)}],
    }
    await is_told_as_withdrawn(sparing, appeal)
    taken = await share(sparing, later, appeal)
    assert (taken["withdrawn"], taken["recipients"]) == (True, 0)
    log = (await sparing.get(f"/editions/{later}/decisions"))["decisions"]
    assert [(each["decision"], each["by"]) for each in log] == [("withdraw", "desk@example.org")]
    assert log[0]["reason"] == f"{appeal.title}: {WHY['reason']}"
    again = await sparing.post(path, WHY)
    assert again.status_code == 409
    if not is_frozen:
        assert (await sparing.freezes(CUTOFF + WEEK)).pairs == 0
    assert (await sparing.releases(RELEASE + WEEK)).mails == 0


async def test_what_has_not_left_at_all_is_withdrawn_where_it_was_ordered(sparing: Planning) -> None:
    placed = order()
    await sparing.places(placed)
    refused = await sparing.post(f"/orders/{placed.order_id}/withdraw", WHY)
    assert refused.status_code == 409
    assert "intake" in refused.json()["detail"]
    unknown = await sparing.post(f"/orders/{UUID(int=1)}/withdraw", WHY)
    assert unknown.status_code == 404


async def test_a_stop_names_the_orders_that_were_only_carried(sparing: Planning) -> None:
    appeal, later = await carried(sparing)
    await sparing.freezes(CUTOFF + WEEK)
    assert (await sparing.post(f"/editions/{later}/stop", WHY)).status_code == 200
    told = await sparing.running.world.hear("intake.note-stop", EditionStopped)
    assert (told.order_ids, told.carried_order_ids) == ((), (appeal.order_id,))


async def test_an_order_that_left_is_not_told_another_day_when_its_rest_moves(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, most_sections=1) as before:
        appeal, later = await carried(before)
    async with open_planning(
        scheduler_database, fresh_vhost, tmp_path, most_sections=1, closed_days=str(NEXT)
    ) as planning:
        await planning.swept()
        assert (await planning.edition(later))["wednesday"] == str(NEXT + WEEK)
        assert await planning.running.world.waiting_in("intake.note-schedule") == 0
        why = await planning.get(f"/orders/{appeal.order_id}/people/p1")
        assert (why["answer"], why["wednesday"]) == ("moved", str(NEXT + WEEK))


async def test_an_extra_edition_takes_no_order_that_left_and_only_waits_for_some(sparing: Planning) -> None:
    appeal, _ = await carried(sparing)
    extra = {
        "day": str(WEDNESDAY + timedelta(days=1)),
        "release_time": "14:30",
        "order_ids": [str(appeal.order_id)],
        "reason": "Det brådskar.",
    }
    refused = await sparing.post("/extra-editions", extra)
    assert refused.status_code in (409, 422), refused.text
