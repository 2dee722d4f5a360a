"""The calendar's secret addresses: made, read by calendar programs, revoked."""

from typing import Any

import httpx
from icalendar import Calendar
from sqlalchemy import text

from shared.contracts.intake import OrderWithdrawn
from shared.persistence.database import Database, engine_for
from tests.component.scheduler.planning import RELEASE, Planning, order
from tests.support.one_service import bearer


async def address(planning: Planning) -> tuple[str, str]:
    """Make an address; return it and its identifier."""
    made = await planning.post("/calendar/feeds", {"name": "Åsas telefon"})
    assert made.status_code == 201, made.text
    return made.json()["url"], made.json()["feed_id"]


async def read(planning: Planning, url: str, tag: str = "") -> httpx.Response:
    path = url.removeprefix(planning.settings.public_url.rstrip("/"))
    return await planning.running.http.get(path, headers={"If-None-Match": tag} if tag else {})


def releases(answer: httpx.Response) -> dict[str, Any]:
    """The releases of editions, not those called off nor the Wednesdays without orders."""
    assert answer.status_code == 200, answer.text
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return {
        str(event["uid"]): event
        for event in found
        if str(event["uid"]).startswith("release-") and str(event["status"]) == "CONFIRMED"
    }


async def test_a_calendar_program_reads_the_coming_editions_without_a_token(planning: Planning) -> None:
    placed = await planning.places(order(title="Årsmötet, kallelse"))
    url, _ = await address(planning)
    answer = await read(planning, url)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    ((uid, event),) = releases(answer).items()
    assert uid == f"release-{placed.wednesday}@onsdag", "that of the Wednesday before its first order"
    assert event["dtstart"].dt == RELEASE
    assert event["dtstart"].params["TZID"] == "Europe/Stockholm"
    assert "Årsmötet, kallelse" in str(event["description"])


async def test_the_address_is_that_of_the_organisation_whoever_asks_by_whatever_name(
    planning: Planning,
) -> None:
    headers = {**bearer(planning.token()), "Host": "evil.example.org", "X-Forwarded-Host": "evil.example.org"}
    made = await planning.running.http.post(
        "/api/v1/calendar/feeds", json={"name": "Åsas telefon"}, headers=headers
    )
    assert made.status_code == 201, made.text
    assert made.json()["url"].startswith(f"{planning.settings.public_url.rstrip('/')}/calendar/")


async def test_what_has_not_changed_is_not_sent_again_and_what_has_is(planning: Planning) -> None:
    kept, goes = order(), order(title="Dras tillbaka")
    await planning.places(kept)
    url, _ = await address(planning)
    first = await read(planning, url)
    tag = first.headers["etag"]
    assert (await read(planning, url, tag)).status_code == 304
    await planning.places(goes)
    second = await read(planning, url, tag)
    ((uid, before),), ((same, after),) = releases(first).items(), releases(second).items()
    assert uid == same
    assert before["sequence"] == after["sequence"], "its moments are the same"
    assert after["last-modified"].dt >= before["last-modified"].dt
    assert "Dras tillbaka" in str(after["description"])
    await planning.tells("withdraw-order", OrderWithdrawn(order_id=goes.order_id, reason="Nej."))
    third = await read(planning, url, second.headers["etag"])
    assert "Dras tillbaka" not in str(next(iter(releases(third).values()))["description"])


async def test_a_revoked_address_answers_as_one_that_never_was(planning: Planning) -> None:
    url, feed_id = await address(planning)
    other, _ = await address(planning)
    path = f"/api/v1/calendar/feeds/{feed_id}"
    headers = bearer(planning.token())
    assert (await planning.running.http.delete(path, headers=headers)).status_code == 204
    assert (await planning.running.http.delete(path, headers=headers)).status_code == 404
    revoked = await read(planning, url)
    never = await read(planning, other[:-20] + "x" * 8 + other[-12:])
    assert (revoked.status_code, revoked.json()) == (404, never.json())
    assert (await read(planning, other)).status_code == 200


async def test_the_secret_is_shown_once_and_kept_as_a_hash(planning: Planning) -> None:
    url, feed_id = await address(planning)
    secret = url.split("/")[-2]
    listed = await planning.get("/calendar/feeds")
    assert [(each["feed_id"], each["name"]) for each in listed["feeds"]] == [(feed_id, "Åsas telefon")]
    assert secret not in str(listed)
    database = Database(engine_for(planning.settings.database_url, "scheduler", pool_size=1))
    async with database.begin() as conn:
        rows = (await conn.execute(text("SELECT CAST(calendar_feed AS text) FROM calendar_feed"))).scalars()
        assert secret not in "".join(rows)
    await database.close()
    assert (await planning.post("/calendar/feeds", {"name": "X"}, "reader")).status_code == 403
