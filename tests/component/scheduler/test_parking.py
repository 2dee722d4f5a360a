"""An edition whose Wednesday passed without it waits for a person, and is never sent late by itself."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from shared.contracts.scheduler import EditionParked
from shared.contracts.sender import PauseEdition, SendMessage
from shared.persistence.database import Database, engine_for
from shared.web.tokens import ApiTokens
from tests.component.scheduler.planning import (
    RELEASE,
    WEDNESDAY,
    Planning,
    assignment,
    open_planning,
    order,
    person,
    unit,
)
from tests.support.one_service import bearer
from tests.support.waiting import until

CHRISTMAS = RELEASE.replace(month=12, day=25)
REASON = {"reason": "Servern var nere i onsdags."}


async def one_order(planning: Planning) -> UUID:
    await planning.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
    return (await planning.places(order())).edition_id


async def by_another(planning: Planning, path: str) -> httpx.Response:
    token = ApiTokens(planning.settings.secret, planning.clock).issue(
        "chef@example.org", "admin", timedelta(days=365)
    )
    return await planning.running.http.post(f"/api/v1{path}", json=REASON, headers=bearer(token))


@pytest.mark.parametrize("frozen", [False, True], ids=["never frozen", "frozen"])
async def test_a_clock_that_jumps_over_a_wednesday_parks_its_edition(
    planning: Planning, *, frozen: bool
) -> None:
    edition_id = await one_order(planning)
    if frozen:
        await planning.freezes()
    planning.clock.set(RELEASE + timedelta(hours=13))
    await planning.edition_becomes(edition_id, "parked")
    assert await planning.running.world.waiting_in("sender.prepare-edition") == 0


@pytest.mark.parametrize("how", ["never frozen", "frozen", "held"])
async def test_an_evening_release_that_slept_into_thursday_is_parked_however_few_the_hours(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path, how: str
) -> None:
    evening = RELEASE.replace(hour=17)
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, release_time="18:00") as planning:
        edition_id = await one_order(planning)
        if how != "never frozen":
            await planning.freezes()
        if how == "held":
            await planning.post(f"/editions/{edition_id}/pause", REASON)
        planning.clock.set(evening - timedelta(minutes=1))
        await planning.swept()
        planning.clock.set(evening + timedelta(hours=6, minutes=1))
        await planning.edition_becomes(edition_id, "parked")
        assert await planning.running.world.waiting_in("sender.prepare-edition") == 0


async def test_an_edition_whose_undo_window_would_end_on_thursday_is_parked(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    evening = RELEASE.replace(hour=17)
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, release_time="18:00") as planning:
        edition_id = await one_order(planning)
        planning.clock.set(evening + timedelta(hours=5, minutes=57))
        figures = await planning.edition_becomes(edition_id, "parked")
        assert figures["frozen_at"] is None


async def test_an_edition_a_little_late_still_leaves(planning: Planning) -> None:
    edition_id = await one_order(planning)
    late = RELEASE + timedelta(hours=11)
    await planning.freezes(late)
    figures = await planning.edition_becomes(edition_id, "frozen")
    assert figures["undo_from"] >= figures["frozen_at"], "the undo window is not skipped"
    assert await planning.running.world.waiting_in("sender.prepare-edition") == 0
    assert (await planning.releases(late + timedelta(minutes=6))).mails == 1


async def test_a_resumed_edition_is_decided_anew_and_leaves_after_the_undo_window(planning: Planning) -> None:
    edition_id = await one_order(planning)
    await planning.freezes()
    thursday = RELEASE + timedelta(hours=24)
    planning.clock.set(thursday)
    await planning.edition_becomes(edition_id, "parked")
    await planning.knows([person(2)], assignments=[assignment(2, 2, 1)])

    path = f"/editions/{edition_id}/resume"
    proposed = await planning.post(path, REASON)
    assert (proposed.status_code, proposed.json()["state"]) == (202, "parked"), "A2: not by one person"
    again = await planning.post(path, REASON)
    assert (again.status_code, again.json()["rule"]) == (409, "A2")
    assert "två olika personer" in again.json()["detail"]
    answer = await by_another(planning, path)
    assert answer.status_code == 200, answer.text
    log = (await planning.get(f"/editions/{edition_id}/decisions"))["decisions"]
    assert [(each["decision"], each["by"]) for each in log] == [
        ("park", "calendar"),
        ("propose resume", "desk@example.org"),
        ("resume", "chef@example.org"),
    ]
    frozen = await planning.freezes(thursday)
    assert frozen.mails == 2, "whoever came meanwhile gets it too"
    figures = await planning.edition_becomes(edition_id, "frozen")
    assert figures["release_at"] > figures["undo_from"]
    assert await planning.running.world.waiting_in("sender.prepare-edition") == 0, "not within the window"
    assert (await planning.releases(thursday + timedelta(minutes=6))).mails == 2


async def test_on_its_own_wednesday_one_person_is_enough(planning: Planning) -> None:
    edition_id = await one_order(planning)
    planning.clock.set(RELEASE + timedelta(hours=13))
    await planning.edition_becomes(edition_id, "parked")
    answer = await planning.post(f"/editions/{edition_id}/resume", REASON)
    assert answer.status_code == 200, answer.text
    assert (await planning.freezes(RELEASE + timedelta(hours=13))).mails == 1


async def test_the_second_person_says_so_on_the_same_day_and_never_on_a_closed_one(
    planning: Planning,
) -> None:
    edition_id = await one_order(planning)
    path = f"/editions/{edition_id}/resume"
    thursday = RELEASE + timedelta(days=1)
    planning.clock.set(thursday)
    await planning.edition_becomes(edition_id, "parked")
    assert (await planning.post(path, REASON)).status_code == 202
    planning.clock.set(thursday + timedelta(days=1))
    assert (await by_another(planning, path)).status_code == 202, "what was agreed was Thursday"
    planning.clock.set(CHRISTMAS)
    refused = await planning.post(path, REASON)
    assert (refused.status_code, "stängd" in refused.json()["detail"]) == (409, True)
    assert (await planning.edition(edition_id))["state"] == "parked"


async def test_parking_calls_a_person(planning: Planning) -> None:
    placed = order()
    edition_id = (await planning.places(placed)).edition_id
    await planning.places(order(completed_at=RELEASE))
    planning.clock.set(RELEASE + timedelta(hours=13))
    said = await planning.running.world.hear("operations.read-parkings", EditionParked)
    assert (said.edition_id, said.order_ids) == (edition_id, (placed.order_id,))
    mail = await planning.running.world.hear("sender.send-message", SendMessage)
    assert (mail.to, mail.purpose) == (planning.settings.organisation_address, "edition-parked")
    assert mail.subject == "Utskicket 2026-11-18 har inte gått"
    assert f"/editions/{edition_id}/resume" in mail.markdown

    async def parked() -> str:
        page = (await planning.running.http.get("/metrics")).text
        return next(line for line in page.splitlines() if line.startswith("onsdag_editions_parked "))

    assert await parked() == "onsdag_editions_parked 1.0"
    await planning.post(f"/editions/{edition_id}/stop", REASON)
    await until(parked, lambda told: told == "onsdag_editions_parked 0.0")


async def on_its_way(planning: Planning) -> UUID:
    """As if the process had died on Wednesday when one of three batches was with the sender."""
    numbers = range(1, 601)
    await planning.knows([person(n) for n in numbers], [unit(1)], [assignment(n, n, 1) for n in numbers])
    edition_id = (await planning.places(order())).edition_id
    await planning.freezes()
    await planning.releases()
    for _ in range(3):
        await planning.records(await planning.hands_over())
    await until(lambda: planning.edition(edition_id), lambda edition: edition["batches_recorded"] == 3)
    planning.clock.set(RELEASE + timedelta(days=1))
    database = Database(engine_for(planning.settings.database_url, "scheduler", pool_size=1))
    async with database.begin() as conn:
        await conn.execute(text("UPDATE batch SET handed_at = NULL, recorded_at = NULL WHERE batch_no > 1"))
        await conn.execute(
            text("UPDATE edition SET state = 'releasing', released_at = NULL, changed_at = :at"),
            {"at": RELEASE},
        )
    await database.close()
    return edition_id


async def test_an_edition_whose_day_ends_on_its_way_is_paused_and_takes_two(planning: Planning) -> None:
    edition_id = await on_its_way(planning)
    await planning.edition_becomes(edition_id, "paused")
    assert (await planning.running.world.hear("sender.pause-edition", PauseEdition)).edition_id == edition_id
    mail = await planning.running.world.hear("sender.send-message", SendMessage)
    assert mail.subject == "Utskicket 2026-11-18 hann inte gå klart"
    handed = (await planning.edition(edition_id))["batches_handed"]
    assert handed == 1

    path = f"/editions/{edition_id}/resume"
    proposed = await planning.post(path, REASON)
    assert (proposed.status_code, proposed.json()["state"]) == (202, "paused")
    assert (await planning.post(path, REASON)).json()["rule"] == "A2"
    assert (await by_another(planning, path)).status_code == 200
    await planning.edition_becomes(edition_id, "released")
    assert (await planning.edition(edition_id))["batches_handed"] == 3


async def test_an_edition_that_a_person_holds_stays_when_its_day_becomes_closed(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    async with open_planning(scheduler_database, fresh_vhost, tmp_path) as planning:
        edition_id = await one_order(planning)
        await planning.freezes()
        await planning.post(f"/editions/{edition_id}/pause", REASON)
    closed = str(WEDNESDAY)
    async with open_planning(scheduler_database, fresh_vhost, tmp_path, closed_days=closed) as planning:
        await planning.swept()
        assert (await planning.edition(edition_id))["state"] == "held"
        planning.clock.set(RELEASE - timedelta(hours=1))
        refused = await planning.post(f"/editions/{edition_id}/resume", REASON)
        assert (refused.status_code, "stängd" in refused.json()["detail"]) == (409, True)
        planning.clock.set(RELEASE + timedelta(days=1))
        await planning.edition_becomes(edition_id, "parked")
        assert (await planning.post(f"/editions/{edition_id}/resume", REASON)).status_code == 202
        assert (await by_another(planning, f"/editions/{edition_id}/resume")).status_code == 200
        await planning.edition_becomes(edition_id, "frozen")
        await planning.swept()
        stays = await planning.edition(edition_id)
        assert (stays["state"], stays["wednesday"]) == ("frozen", str(WEDNESDAY)), "as two people said"


async def test_a_parked_edition_is_previewed_as_of_the_day_on_which_it_can_leave(planning: Planning) -> None:
    ends = assignment(1, 1, 1, valid_to=WEDNESDAY)
    await planning.knows([person(1)], [unit(1)], [ends])
    placed = order()
    edition_id = (await planning.places(placed)).edition_id
    path = f"/editions/{edition_id}/preview"
    assert (await planning.post(path, {})).json()["mails"] == 1
    await planning.freezes()
    planning.clock.set(RELEASE + timedelta(days=1))
    await planning.edition_becomes(edition_id, "parked")
    seen = (await planning.post(path, {})).json()
    assert (seen["mails"], seen["excluded"]) == (0, {"assignment_not_valid": 1})
    why = await planning.get(f"/orders/{placed.order_id}/people/p1")
    assert (why["answer"], why["expected"], why["reason"]) == ("waiting", "excluded", "assignment_not_valid")


async def test_an_edition_whose_undo_window_nobody_could_use_gets_another(planning: Planning) -> None:
    edition_id = await one_order(planning)
    await planning.freezes()
    woken = RELEASE + timedelta(minutes=30)
    planning.clock.set(woken)
    seen = await until(
        lambda: planning.edition(edition_id),
        lambda edition: datetime.fromisoformat(edition["release_at"]) > RELEASE,
    )
    assert (datetime.fromisoformat(seen["undo_from"]) >= woken, seen["state"]) == (True, "frozen")
    assert (await planning.releases(woken + timedelta(minutes=6))).mails == 1


async def test_only_the_desk_resumes_only_what_is_parked(planning: Planning) -> None:
    edition_id = await one_order(planning)
    path = f"/editions/{edition_id}/resume"
    refused = await planning.post(path, REASON)
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert (await planning.post(path, REASON, role="reader")).status_code == 403
    assert (await planning.post(path, {"reason": ""})).status_code == 422
    unknown = f"/editions/{UUID(int=1)}/resume"
    assert (await planning.post(unknown, REASON)).status_code == 404
    without = await planning.running.http.post(f"/api/v1{path}", json=REASON, headers=bearer(None))
    assert without.status_code == 401
