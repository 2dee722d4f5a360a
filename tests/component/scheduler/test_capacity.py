"""An edition takes only so many mails, where the organisation has said how many."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.intake import Audience, OrderAccepted
from shared.contracts.scheduler import OrderScheduled
from tests.component.scheduler.planning import (
    WEDNESDAY,
    assignment,
    duty,
    open_planning,
    order,
    person,
    unit,
)

A_WEEK = timedelta(days=7)
NEXT = WEDNESDAY + A_WEEK


def to(kind: str) -> dict[str, Any]:
    return {"audience": Audience(assignment_types=(kind,), all_units=True)}


async def test_an_edition_takes_no_more_than_its_capacity_but_what_must_be_known(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, edition_capacity=3) as planning:
        numbers = range(1, 7)
        kinds = ["ordförande", "ordförande", "kassör", "kassör", "revisor", "ordförande"]
        await planning.knows(
            [person(n) for n in numbers],
            [unit(1)],
            [assignment(n, n, 1, kind) for n, kind in zip(numbers, kinds, strict=True)],
        )
        first = await planning.places(order(**to("ordförande")))
        assert (first.wednesday, first.note) == (WEDNESDAY, "")
        same = await planning.places(order(**to("ordförande")))
        assert same.wednesday == WEDNESDAY, "the same three mails (A6)"
        moved = order(**to("kassör"))
        over = await planning.places(moved)
        assert over.wednesday == NEXT
        assert "fullt" in over.note
        assert await planning.places(moved) == over, "told alike when its acceptance comes again"
        must = await planning.places(duty(**to("kassör")))
        assert (must.wednesday, must.note) == (WEDNESDAY, "")
        fits = await planning.places(order(not_before=NEXT, **to("revisor")))
        assert fits.wednesday == NEXT
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, edition_capacity=1) as planning:
        alone = await planning.places(order(not_before=NEXT + A_WEEK, **to("ordförande")))
        assert alone.wednesday == NEXT + A_WEEK, "too large for any Wednesday, so it has one of its own"


@pytest.mark.parametrize("fills", [order, duty])
async def test_an_edition_that_is_too_full_still_takes_orders_to_the_people_it_reaches(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path, fills: Callable[..., OrderAccepted]
) -> None:
    """Three mails where two are allowed; a second order to the same three adds none (A6)."""
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, edition_capacity=2) as planning:
        kinds = {1: "ordförande", 2: "ordförande", 3: "ordförande", 4: "kassör"}
        await planning.knows(
            [person(n) for n in kinds], [unit(1)], [assignment(n, n, 1, kind) for n, kind in kinds.items()]
        )
        await planning.places(fills(**to("ordförande")))
        same = await planning.places(order(**to("ordförande")))
        assert (same.wednesday, same.note) == (WEDNESDAY, "")
        more = await planning.places(order(**to("kassör")))
        assert more.wednesday == NEXT, "a fourth mail"


async def test_what_contact_pressure_moves_goes_to_a_wednesday_with_room(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    """Two chairs have to wait for the appeal; the next Wednesday is full with two treasurers."""
    async with open_planning(
        scheduler_database, fresh_vhost, tmp_path, edition_capacity=2, most_sections=1
    ) as planning:
        numbers = range(1, 5)
        kinds = ["ordförande", "ordförande", "kassör", "kassör"]
        await planning.knows(
            [person(n) for n in numbers],
            [unit(1)],
            [assignment(n, n, 1, kind) for n, kind in zip(numbers, kinds, strict=True)],
        )
        appeal = order(order_class="appeal", **to("ordförande"))
        await planning.places(order(**to("ordförande")))
        assert (await planning.places(appeal)).wednesday == WEDNESDAY
        assert (await planning.places(order(not_before=NEXT, **to("kassör")))).wednesday == NEXT
        await planning.freezes()
        await planning.releases()
        why = await planning.get(f"/orders/{appeal.order_id}/people/p1")
        assert (why["answer"], why["wednesday"]) == ("moved", str(NEXT + A_WEEK))


async def test_what_a_closed_day_moves_goes_to_wednesdays_with_room_and_duty_to_the_next(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    settings: dict[str, Any] = {"edition_capacity": 2}
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, **settings) as planning:
        numbers = range(1, 7)
        kinds = ["ordförande", "ordförande", "kassör", "kassör", "revisor", "revisor"]
        await planning.knows(
            [person(n) for n in numbers],
            [unit(1)],
            [assignment(n, n, 1, kind) for n, kind in zip(numbers, kinds, strict=True)],
        )
        there = await planning.places(order(not_before=NEXT, **to("kassör")))
        news, must, same = order(**to("revisor")), duty(**to("ordförande")), order(**to("ordförande"))
        for accepted in (news, must, same):
            assert (await planning.places(accepted)).wednesday == WEDNESDAY
    async with open_planning(
        scheduler_database, fresh_vhost, tmp_path, closed_days=str(WEDNESDAY), **settings
    ) as planning:
        heard = [
            await planning.running.world.hear("intake.note-schedule", OrderScheduled)
            for _ in (news, must, same)
        ]
        told = {each.order_id: each.wednesday for each in heard}
        assert told == {must.order_id: NEXT, same.order_id: NEXT, news.order_id: NEXT + A_WEEK}
        assert all(str(each.wednesday) in each.note for each in heard)
        await planning.swept()
        assert await planning.running.world.waiting_in("intake.note-schedule") == 0, "each once"
        assert (await planning.edition(there.edition_id))["orders"] == 3


async def test_calendar_and_preview_show_the_room(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, edition_capacity=1) as planning:
        await planning.knows([person(1), person(2)], [unit(1)], [assignment(1, 1, 1), assignment(2, 2, 1)])
        placed = await planning.places(order())

        async def shown() -> dict[str, Any]:
            days = (await planning.get("/calendar"))["days"]
            day = next(each for each in days if each["day"] == str(WEDNESDAY))
            return {name: day[name] for name in ("capacity", "mails", "over_capacity")}

        assert await shown() == {"capacity": 1, "mails": None, "over_capacity": None}, "not counted yet"
        preview = (await planning.post("/editions/coming/preview", {})).json()
        assert (preview["capacity"], preview["over_capacity"]) == (1, 1)
        assert await shown() == {"capacity": 1, "mails": 2, "over_capacity": 1}
        await planning.freezes()
        assert (await planning.edition(placed.edition_id))["mails"] == 2
        assert await shown() == {"capacity": 1, "mails": 2, "over_capacity": 1}
    async with open_planning(scheduler_database, fresh_vhost, tmp_path) as planning:
        days = (await planning.get("/calendar"))["days"]
        assert {(day["capacity"], day["over_capacity"]) for day in days} == {(None, None)}, "no limit"
