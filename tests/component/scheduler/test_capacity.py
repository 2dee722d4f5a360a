"""An edition takes only so many mails, where the organisation has said how many."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from shared.contracts.intake import Audience
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
