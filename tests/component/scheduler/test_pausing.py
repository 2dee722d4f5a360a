"""Pause, resume and stop: before an edition leaves, and on its way."""

import asyncio
import csv
import io
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.scheduler.adapters import turns
from services.scheduler.domain.editions import EditionState
from shared.contracts.intake import Audience
from shared.contracts.scheduler import EditionStopped
from shared.contracts.sender import BatchRecorded, DeliverBatch, PauseEdition, ResumeEdition, StopEdition
from shared.persistence.database import Database, engine_for
from tests.component.scheduler.planning import RELEASE, WEDNESDAY, Planning, assignment, order, person, unit
from tests.support.one_service import bearer
from tests.support.waiting import until

WHY = {"reason": "Fel datum i kallelsen."}
UNDO = timedelta(minutes=5)


async def frozen(planning: Planning, people: int = 3) -> UUID:
    numbers = range(1, people + 1)
    await planning.knows([person(n) for n in numbers], [unit(1)], [assignment(n, n, 1) for n in numbers])
    placed = await planning.places(order())
    assert (await planning.freezes()).mails == people
    return placed.edition_id


async def says(planning: Planning, edition_id: UUID, verb: str) -> dict[str, str]:
    answer = await planning.post(f"/editions/{edition_id}/{verb}", WHY)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def released(planning: Planning, people: int = 3) -> tuple[UUID, DeliverBatch]:
    edition_id = await frozen(planning, people)
    await planning.releases()
    return edition_id, await planning.hands_over()


async def test_an_edition_paused_in_its_undo_window_does_not_leave(planning: Planning) -> None:
    edition_id = await frozen(planning)
    planning.clock.set(RELEASE - timedelta(minutes=2))
    assert (await says(planning, edition_id, "pause"))["state"] == "held"
    later = await planning.places(order(completed_at=RELEASE))
    planning.clock.set(RELEASE + timedelta(hours=11))
    await planning.swept()
    assert later.wednesday > WEDNESDAY
    assert (await planning.edition(edition_id))["state"] == "held"
    assert await planning.running.world.waiting_in("sender.prepare-edition") == 0


async def test_a_resumption_gives_a_whole_undo_window_and_the_same_recipients(planning: Planning) -> None:
    edition_id = await frozen(planning)
    planning.clock.set(RELEASE - timedelta(minutes=2))
    await says(planning, edition_id, "pause")
    await planning.knows([person(9)], assignments=[assignment(9, 9, 1)])
    planning.clock.set(RELEASE - timedelta(minutes=1))
    resumed = await says(planning, edition_id, "resume")
    assert resumed["state"] == "frozen"
    moments = {name: datetime.fromisoformat(resumed[name]) for name in ("undo_from", "release_at")}
    assert moments["undo_from"] >= RELEASE - timedelta(minutes=1)
    assert moments["release_at"] - moments["undo_from"] == UNDO
    planning.clock.set(RELEASE + timedelta(minutes=2))
    await planning.swept()
    assert await planning.running.world.waiting_in("sender.prepare-edition") == 0
    assert (await planning.releases(RELEASE + timedelta(minutes=6))).mails == 3, "as it was decided"


async def test_a_resumption_in_good_time_does_not_move_the_release(planning: Planning) -> None:
    edition_id = await frozen(planning)
    await says(planning, edition_id, "pause")
    resumed = await says(planning, edition_id, "resume")
    assert datetime.fromisoformat(resumed["release_at"]) == RELEASE


async def test_an_edition_held_over_its_wednesday_is_parked_and_decided_anew(planning: Planning) -> None:
    edition_id = await frozen(planning)
    await says(planning, edition_id, "pause")
    planning.clock.set(RELEASE + timedelta(hours=13))
    await planning.edition_becomes(edition_id, "parked")
    assert (await says(planning, edition_id, "resume"))["state"] == "open"
    await planning.freezes(RELEASE + timedelta(hours=13))


@pytest.mark.parametrize(
    "skip",
    [
        "UPDATE edition SET state = 'releasing', releasing_at = release_at - interval '1 second'",
        "UPDATE edition SET frozen_at = undo_at + interval '1 second'",
    ],
    ids=["released early", "frozen within the window"],
)
async def test_the_database_refuses_an_edition_that_skips_its_undo_window(
    planning: Planning, skip: str
) -> None:
    await frozen(planning)
    database = Database(engine_for(planning.settings.database_url, "scheduler", pool_size=1))
    with pytest.raises(IntegrityError, match=r"edition_(early|undo)_check"):
        async with database.begin() as conn:
            await conn.execute(text(skip))
    await database.close()


async def test_paused_on_its_way_the_sender_is_told_and_nothing_more_is_handed_over(
    planning: Planning,
) -> None:
    edition_id, batch = await released(planning)
    assert (await says(planning, edition_id, "pause"))["state"] == "paused"
    paused = await planning.running.world.hear("sender.pause-edition", PauseEdition)
    await planning.reports(batch, "accepted")
    await until(lambda: planning.edition(edition_id), lambda e: e["outcomes"] == {"accepted": 3})
    assert (await planning.edition(edition_id))["state"] == "paused", "not completed while paused"
    await says(planning, edition_id, "resume")
    resumed = await planning.running.world.hear("sender.resume-edition", ResumeEdition)
    assert resumed.sequence > paused.sequence
    await planning.completes()
    assert await planning.running.world.waiting_in("intake.note-release") == 0, "released is said once"


async def test_stopped_before_it_left_nobody_gets_it(planning: Planning) -> None:
    edition_id = await frozen(planning)
    await says(planning, edition_id, "stop")
    told = await planning.running.world.hear("intake.note-stop", EditionStopped)
    assert (told.edition_id, told.left, told.reason) == (edition_id, False, WHY["reason"])
    page = await planning.get(f"/editions/{edition_id}/recipients")
    assert page["final"] is True
    assert page["mails"] == {"accepted": 0, "uncertain": 0, "not_sent": 3}
    assert {each["reply"] for each in page["recipients"]} == {f"Utskicket stoppades: {WHY['reason']}"}
    assert await planning.running.world.waiting_in("sender.stop-edition") == 0
    refused = await planning.post(f"/editions/{edition_id}/resume", WHY)
    assert refused.status_code == 409
    assert "stopped" in refused.json()["detail"]


async def test_stopped_on_its_way_the_list_says_exactly_who_got_it(planning: Planning) -> None:
    edition_id, batch = await released(planning, people=4)
    await planning.say(
        BatchRecorded(edition_id=edition_id, batch=1, recorded=4, repeated=0),
    )
    got, perhaps, stopped, late = sorted(batch.mails, key=lambda mail: mail.address)
    await planning.reports(DeliverBatch(edition_id=edition_id, batch=1, mails=(got,)), "accepted")
    await says(planning, edition_id, "stop")
    command = await planning.running.world.hear("sender.stop-edition", StopEdition)
    assert (command.edition_id, command.reason) == (edition_id, WHY["reason"])
    path = f"/editions/{edition_id}/recipients"
    await until(lambda: planning.get(path), lambda page: page["mails"]["accepted"] == 1)
    assert (await planning.get(path))["final"] is False, "three are not settled"
    await planning.reports(DeliverBatch(edition_id=edition_id, batch=1, mails=(perhaps,)), "uncertain")
    await planning.reports(DeliverBatch(edition_id=edition_id, batch=1, mails=(stopped,)), "suppressed")
    await planning.reports(DeliverBatch(edition_id=edition_id, batch=1, mails=(late,)), "accepted")
    await until(
        lambda: planning.get(path),
        lambda page: page["mails"] == {"accepted": 2, "uncertain": 1, "not_sent": 1},
    )
    planning.clock.set(RELEASE + timedelta(hours=2))
    page = await until(lambda: planning.get(path), lambda page: page["final"])
    received = {each["person_id"]: each["received"] for each in page["recipients"]}
    assert received == {"p1": "accepted", "p2": "uncertain", "p3": "not_sent", "p4": "accepted"}
    only = await planning.get(f"{path}?received=uncertain")
    assert [each["address"] for each in only["recipients"]] == ["person2@example.org"]


async def test_the_list_can_be_had_as_a_file_and_for_one_order(planning: Planning) -> None:
    names = [person(1, first_name="=cmd", last_name="A1"), person(2)]
    await planning.knows(names, [unit(1)], [assignment(1, 1, 1), assignment(2, 2, 1, "kassör")])
    to_chair = order()
    placed = await planning.places(to_chair)
    await planning.places(order(audience=Audience(assignment_types=("kassör",), all_units=True)))
    await planning.freezes()
    await planning.releases()
    await planning.reports(await planning.hands_over(), "accepted")
    await planning.completes()
    path = f"/editions/{placed.edition_id}/recipients"
    only = await planning.get(f"{path}?order={to_chair.order_id}&received=accepted")
    assert [each["person_id"] for each in only["recipients"]] == ["p1"]
    first = await planning.get(f"{path}?limit=1")
    second = await planning.get(f"{path}?limit=1&after={first['next']}")
    assert [each["person_id"] for each in first["recipients"] + second["recipients"]] == ["p1", "p2"]

    address = f"/api/v1{path}.csv"
    file = await planning.running.http.get(address, headers=bearer(planning.token()))
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff")), delimiter=";"))
    assert [(row["person_id"], row["received"]) for row in rows] == [("p1", "accepted"), ("p2", "accepted")]
    assert rows[0]["name"] == "'=cmd A1", "no formula"
    assert rows[0]["order_ids"] == str(to_chair.order_id)
    refused = await planning.running.http.get(address, headers=bearer(planning.token("reader")))
    assert refused.status_code == 403


async def test_what_was_not_handed_over_at_a_stop_is_concluded_and_the_rest_is_the_senders(
    planning: Planning,
) -> None:
    edition_id = await frozen(planning, people=600)
    database = Database(engine_for(planning.settings.database_url, "scheduler", pool_size=1))
    await planning.releases()
    async with database.begin() as conn:  # as if the process had been slow: one of three is handed over
        await conn.execute(text("UPDATE batch SET handed_at = NULL WHERE batch_no > 1"))
        await conn.execute(text("UPDATE edition SET state = 'paused', paused_at = now(), released_at = NULL"))
    await database.close()
    await says(planning, edition_id, "stop")
    figures = await planning.edition(edition_id)
    assert figures["outcomes"] == {"planned": 250, "suppressed": 350}


async def test_a_pause_has_its_turn_however_many_processes_hand_over(planning: Planning) -> None:
    edition_id = await frozen(planning)
    database = Database(engine_for(planning.settings.database_url, "scheduler", pool_size=4))
    async with database.begin() as conn:
        edition = await turns.alone(conn, edition_id)
    over = asyncio.Event()

    async def hands_over(seconds: float) -> None:
        while not over.is_set():
            async with database.begin() as conn:
                await turns.together(conn, edition, EditionState.FROZEN)
                await conn.execute(text(f"SELECT pg_sleep({seconds})"))

    async with asyncio.TaskGroup() as group:
        for seconds in (0.11, 0.13, 0.17, 0.19):  # one has always begun before another ends
            group.create_task(hands_over(seconds))
        try:
            async with asyncio.timeout(20):
                assert (await says(planning, edition_id, "pause"))["state"] == "held"
        finally:
            over.set()
    await database.close()


async def test_who_decided_and_why_is_kept(planning: Planning) -> None:
    edition_id = await frozen(planning)
    for verb in ("pause", "resume", "stop"):
        await says(planning, edition_id, verb)
    log = (await planning.get(f"/editions/{edition_id}/decisions"))["decisions"]
    assert [(each["decision"], each["by"], each["reason"]) for each in log] == [
        (verb, "desk@example.org", WHY["reason"]) for verb in ("pause", "resume", "stop")
    ]


async def test_what_nobody_has_frozen_is_neither_paused_nor_stopped(planning: Planning) -> None:
    placed = await planning.places(order())
    for verb in ("pause", "stop"):
        refused = await planning.post(f"/editions/{placed.edition_id}/{verb}", WHY)
        assert refused.status_code == 409
        assert "withdraw its orders instead" in refused.json()["detail"]
        assert (
            await planning.post(f"/editions/{placed.edition_id}/{verb}", WHY, "reader")
        ).status_code == 403
