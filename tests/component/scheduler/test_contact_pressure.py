"""Contact pressure over the bus: what moves, where it is told, and that it does not wait for ever (D2)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.intake import OrderAccepted
from tests.component.scheduler.planning import (
    CUTOFF,
    RELEASE,
    TUESDAY,
    Planning,
    assignment,
    duty,
    open_planning,
    order,
    person,
    unit,
)

WEEK = timedelta(weeks=1)


@pytest.fixture
async def sparing(scheduler_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Planning]:
    """A scheduler that allows one section of information or appeal for each person."""
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, most_sections=1) as opened:
        yield opened


async def goes(planning: Planning, weeks: int) -> dict[str, dict[str, Any]]:
    """Let a Wednesday go by, ``weeks`` after the first; return its figures by order."""
    frozen = await planning.freezes(CUTOFF + weeks * WEEK)
    await planning.releases(RELEASE + weeks * WEEK)
    figures = await planning.edition(frozen.edition_id)
    return {entry["order_id"]: entry for entry in figures["per_order"]}


async def test_D2_what_is_too_much_moves_a_week_and_is_told(sparing: Planning) -> None:
    await sparing.knows(
        [person(1), person(2)], [unit(1), unit(2)], [assignment(1, 1, 1), assignment(2, 2, 2)]
    )
    await sparing.opts_out(2, "unit:u1")
    notice, news, appeal = duty(), order(), order(order_class="appeal", unit_id="u2", unit_name="Krets 2")
    for accepted in (notice, news, appeal):
        await sparing.places(accepted)
    first = await goes(sparing, 0)
    assert first[str(notice.order_id)]["recipients"] == 2, "duty always goes"
    assert first[str(news.order_id)]["excluded"] == {"opted_out_unit": 1}
    assert first[str(appeal.order_id)]["excluded"] == {"contact_pressure": 1}
    assert first[str(appeal.order_id)]["recipients"] == 1
    why = await sparing.get(f"/orders/{appeal.order_id}/people/p1")
    assert (why["answer"], why["moved_from"], why["wednesday"]) == ("moved", "2026-11-18", "2026-11-25")
    assert "2026-11-25" in why["sentence"]
    assert (await sparing.get(f"/orders/{appeal.order_id}/people/p2"))["moved_from"] is None
    second = await goes(sparing, 1)
    assert set(second) == {str(appeal.order_id)}
    (month,) = (await sparing.get("/figures?months=1"))["months"]
    assert (month["ordered"], month["pairs"]) == (6, 5), "who had to wait was ordered once"
    assert month["excluded"] == {"opted_out_unit": 1, "contact_pressure": 1}
    assert (second[str(appeal.order_id)]["recipients"], second[str(appeal.order_id)]["excluded"]) == (1, {})
    why = await sparing.get(f"/orders/{appeal.order_id}/people/p1")
    assert (why["answer"], why["moved_from"], why["wednesday"]) == ("planned", "2026-11-18", "2026-11-25")
    got = await sparing.get(f"/orders/{appeal.order_id}/people/p2")
    assert (got["answer"], got["wednesday"]) == ("planned", "2026-11-18")


async def test_D2_what_waits_comes_before_what_is_new(sparing: Planning) -> None:
    await sparing.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
    appeal = order(order_class="appeal")
    placed = [appeal, *(news(weeks) for weeks in range(3))]
    await sparing.places(placed[0])
    got = []
    for weeks, accepted in enumerate(placed[1:]):
        await sparing.places(accepted)
        figures = await goes(sparing, weeks)
        got.append(next(order_id for order_id, entry in figures.items() if entry["recipients"]))
    assert got == [str(accepted.order_id) for accepted in (placed[1], appeal, placed[2])]


def news(weeks: int) -> OrderAccepted:
    return order(completed_at=TUESDAY + weeks * WEEK)
