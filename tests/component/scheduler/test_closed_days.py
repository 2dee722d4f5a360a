"""A Wednesday becomes a closed day after orders were placed on it: they move, and everyone is told."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from services.scheduler.domain.wednesdays import HALF_DAY
from shared.contracts.intake import Audience
from shared.contracts.scheduler import OrderScheduled
from tests.component.scheduler.planning import (
    CUTOFF,
    TUESDAY,
    WEDNESDAY,
    Planning,
    assignment,
    open_planning,
    order,
    person,
    unit,
)
from tests.component.scheduler.test_calendar_feed import address, read, releases

A_WEEK = timedelta(days=7)
NEXT = WEDNESDAY + A_WEEK


async def hears_move(planning: Planning, old: Any = WEDNESDAY) -> OrderScheduled:
    """Hear the answer that tells of another day."""
    heard = await planning.running.world.hear("intake.note-schedule", OrderScheduled)
    assert str(old) in heard.note
    assert "stängd" in heard.note
    return heard


async def test_an_edition_moves_to_the_next_open_wednesday_and_keeps_its_identifier(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    async with open_planning(scheduler_database, fresh_vhost, tmp_path) as before:
        placed = await before.places(order())
        url, _ = await address(before)
        ((uid, event),) = releases(await read(before, url)).items()
        assert event["sequence"] == 0
    closed = f"{WEDNESDAY}, {NEXT}"
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, closed_days=closed) as planning:
        told = await hears_move(planning)
        assert (told.order_id, told.edition_id) == (placed.order_id, placed.edition_id)
        assert told.wednesday == NEXT + A_WEEK
        assert told.send_at == placed.send_at + 2 * A_WEEK
        log = (await planning.get(f"/editions/{placed.edition_id}/decisions"))["decisions"]
        assert [(each["decision"], each["by"]) for each in log] == [("move", "calendar")]
        days = {day["day"]: day for day in (await planning.get("/calendar"))["days"]}
        assert days[str(WEDNESDAY)]["closed"] is True
        moved = days[str(NEXT + A_WEEK)]
        assert (moved["edition_id"], moved["moved_from"]) == (str(placed.edition_id), str(WEDNESDAY))
        event_moved = releases(await read(planning, url))[uid]
        assert event_moved["sequence"] == 1
        assert event_moved["dtstart"].dt == told.send_at
        assert event_moved["last-modified"].dt >= event["last-modified"].dt
        await planning.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
        again = await planning.places(order())
        assert again.edition_id == placed.edition_id, "orders of the closed week meet there"
        assert again.note == "", "that is the rule (A3)"


async def test_what_stood_against_an_order_is_told_again_when_it_moves(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    nobody = Audience(assignment_types=("kassör",), all_units=True)
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, half_days=str(WEDNESDAY)) as before:
        await before.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
        placed = await before.places(order(audience=nobody))
    doubt = placed.note.removeprefix(HALF_DAY).strip()
    assert "kassör" in doubt
    async with open_planning(
        scheduler_database, fresh_vhost, tmp_path, closed_days=str(WEDNESDAY)
    ) as planning:
        told = await hears_move(planning)
        assert told.note.endswith(f" {doubt}")
        assert HALF_DAY not in told.note


async def test_where_the_next_wednesday_has_an_edition_the_orders_join_it(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    async with open_planning(scheduler_database, fresh_vhost, tmp_path) as before:
        await before.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
        placed = await before.places(order())
        there = await before.places(order(not_before=NEXT))
    async with open_planning(
        scheduler_database, fresh_vhost, tmp_path, closed_days=str(WEDNESDAY)
    ) as planning:
        told = await hears_move(planning)
        assert (told.order_id, told.edition_id) == (placed.order_id, there.edition_id)
        assert (await planning.edition(placed.edition_id))["state"] == "dissolved"
        assert (await planning.edition(there.edition_id))["orders"] == 2
        assert await planning.running.world.waiting_in("intake.note-schedule") == 0, "the other stays, untold"
        assert (await planning.freezes(CUTOFF + A_WEEK)).pairs == 2


async def test_what_was_frozen_for_the_closed_day_is_decided_anew_for_the_other(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    async with open_planning(scheduler_database, fresh_vhost, tmp_path) as before:
        await before.knows([person(1), person(2)], [unit(1)], [assignment(1, 1, 1)])
        placed = await before.places(order())
        assert (await before.freezes()).mails == 1
    async with open_planning(
        scheduler_database, fresh_vhost, tmp_path, closed_days=str(WEDNESDAY)
    ) as planning:
        await hears_move(planning)
        assert (await planning.edition(placed.edition_id))["state"] == "open"
        await planning.knows(assignments=[assignment(2, 2, 1)])
        assert (await planning.freezes(CUTOFF + A_WEEK)).mails == 2
        figures = await planning.edition_becomes(placed.edition_id, "frozen")
        assert figures["wednesday"] == str(NEXT)


async def test_two_processes_move_an_edition_once(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    async with open_planning(scheduler_database, fresh_vhost, tmp_path) as before:
        await before.places(order())
    closed = {"closed_days": str(WEDNESDAY), "sweep_seconds": 0.001}
    async with (
        open_planning(scheduler_database, fresh_vhost, tmp_path, **closed) as one,
        open_planning(scheduler_database, fresh_vhost, tmp_path, **closed) as other,
    ):
        assert (await hears_move(one)).wednesday == NEXT
        await one.swept()
        await other.swept()
        assert await one.running.world.waiting_in("intake.note-schedule") == 0


async def test_half_days_are_warned_of_in_calendar_and_preview_and_to_the_orderer(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, half_days=str(WEDNESDAY)) as planning:
        answer = await planning.places(order(completed_at=TUESDAY))
        assert answer.wednesday == WEDNESDAY
        assert "Halv dag" in answer.note
        preview = await planning.post("/editions/coming/preview", {})
        assert "Halv dag" in preview.json()["warning"]
        days = {day["day"]: day for day in (await planning.get("/calendar?weeks=60"))["days"]}
        assert days[str(WEDNESDAY)]["half_day"] is True
        assert "Halv dag" in days[str(WEDNESDAY)]["warning"]
        assert days["2026-12-23"]["half_day"] is True, "the day before Christmas Eve"
        assert days[str(NEXT)]["warning"] == ""
        assert days[str(date(2027, 1, 6))]["closed"] is True
