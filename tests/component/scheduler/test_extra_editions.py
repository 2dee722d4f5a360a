"""An extra edition outside of Wednesdays: a reason, and two people (A2)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared.contracts.scheduler import OrderScheduled
from shared.contracts.sender import SendMessage
from shared.ids import new_id
from shared.persistence.database import Database, engine_for
from shared.web.tokens import ApiTokens
from tests.component.scheduler.planning import (
    TUESDAY,
    Planning,
    assignment,
    open_planning,
    order,
    person,
    unit,
)
from tests.support.one_service import bearer

THURSDAY = "2026-11-12"
AT = TUESDAY.replace(day=12, hour=13, minute=30)
REASON = "Vattnet är otjänligt; frivilliga behövs i dag."


def proposal(*orders: Any, **changes: Any) -> dict[str, Any]:
    given = {
        "day": THURSDAY,
        "release_time": "14:30",
        "order_ids": [str(one) for one in orders],
        "reason": REASON,
    }
    return given | changes


async def confirm(planning: Planning, extra_id: str, by: str = "chef@example.org") -> httpx.Response:
    token = ApiTokens(planning.settings.secret, planning.clock).issue(by, "admin", timedelta(days=1))
    path = f"/api/v1/extra-editions/{extra_id}/confirm"
    return await planning.running.http.post(path, headers=bearer(token))


async def test_two_people_and_a_reason_let_named_orders_leave_on_another_day(planning: Planning) -> None:
    await planning.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
    urgent, other = order(title="Vattnet"), order()
    regular = await planning.places(urgent)
    await planning.places(other)
    proposed = await planning.post("/extra-editions", proposal(urgent.order_id))
    assert proposed.status_code == 201, proposed.text
    assert (await planning.edition(regular.edition_id))["orders"] == 2, "a proposal moves nothing"

    confirmed = await confirm(planning, proposed.json()["extra_id"])
    assert confirmed.status_code == 200, confirmed.text
    edition_id = confirmed.json()["edition_id"]
    told = await planning.running.world.hear("intake.note-schedule", OrderScheduled)
    assert (told.order_id, str(told.wednesday), told.send_at) == (urgent.order_id, THURSDAY, AT)
    assert told.note == f"Extra utskick utanför onsdagarna (A2): {REASON}"
    assert (await planning.edition(regular.edition_id))["orders"] == 1

    figures = await planning.edition_becomes(edition_id, "frozen")
    assert figures["mails"] == 1
    log = (await planning.get(f"/editions/{edition_id}/decisions"))["decisions"]
    assert [(each["decision"], each["by"], each["reason"]) for each in log] == [
        ("propose extra", "desk@example.org", REASON),
        ("confirm extra", "chef@example.org", REASON),
    ]
    days = {day["day"]: day for day in (await planning.get("/calendar"))["days"]}
    assert (days[THURSDAY]["extra"], days[THURSDAY]["orders"]) == (True, ["Vattnet"])
    assert (await planning.releases(AT)).order_ids == (urgent.order_id,)


async def test_the_same_person_cannot_confirm_under_another_role(planning: Planning) -> None:
    urgent = order()
    await planning.places(urgent)
    extra_id = (await planning.post("/extra-editions", proposal(urgent.order_id))).json()["extra_id"]
    refused = await confirm(planning, extra_id, by="Desk@example.org")
    assert refused.status_code == 409
    assert refused.json()["rule"] == "A2"
    assert "två olika personer" in refused.json()["detail"]
    (kept,) = (await planning.get("/extra-editions"))["extra_editions"]
    assert (kept["confirmed_by"], kept["edition_id"]) == (None, None)

    database = Database(engine_for(planning.settings.database_url, "scheduler", pool_size=1))
    with pytest.raises(IntegrityError, match="extra_edition_two_people_check"):
        async with database.begin() as conn:
            await conn.execute(
                text("UPDATE extra_edition SET confirmed_by = 'DESK@example.org', confirmed_at = now()")
            )
    await database.close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "kräver en anledning"),
        ({"day": "2026-11-18"}, "på onsdagen i stället"),
        ({"day": "2026-12-25"}, "stängd"),
        ({"day": "2026-11-09"}, "ångertiden"),
        ({"order_ids": [str(new_id())]}, "väntar inte på något utskick"),
    ],
    ids=["no reason", "a Wednesday", "Christmas Day", "in the past", "unknown order"],
)
async def test_what_A2_stands_against_is_refused_with_a_sentence(
    planning: Planning, changes: dict[str, Any], words: str
) -> None:
    urgent = order()
    await planning.places(urgent)
    refused = await planning.post("/extra-editions", proposal(urgent.order_id, **changes))
    assert refused.status_code == 409, refused.text
    assert refused.json()["rule"] == "A2"
    assert words in refused.json()["detail"]
    assert "(A2)" in refused.json()["detail"]


async def test_an_extra_edition_is_confirmed_once_and_only_for_orders_that_still_wait(
    planning: Planning,
) -> None:
    urgent = order()
    await planning.places(urgent)
    twice = [
        (await planning.post("/extra-editions", proposal(urgent.order_id, day=day))).json()["extra_id"]
        for day in (THURSDAY, "2026-11-13")
    ]
    assert (await confirm(planning, twice[0])).status_code == 200
    again = await confirm(planning, twice[0])
    assert (again.status_code, "redan bekräftat" in again.json()["detail"]) == (409, True)
    await planning.swept()
    gone = await confirm(planning, twice[1])
    assert (gone.status_code, "väntar inte" in gone.json()["detail"]) == (409, True)
    assert (await confirm(planning, str(new_id()))).status_code == 404
    assert (await planning.post("/extra-editions", proposal(urgent.order_id), "reader")).status_code == 403


async def test_an_extra_edition_whose_day_has_become_closed_waits_for_a_person(
    scheduler_database: str, fresh_vhost: str, tmp_path: Path
) -> None:
    async with open_planning(scheduler_database, fresh_vhost, tmp_path) as planning:
        await planning.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
        urgent = order()
        await planning.places(urgent)
        extra_id = (await planning.post("/extra-editions", proposal(urgent.order_id))).json()["extra_id"]
        edition_id = (await confirm(planning, extra_id)).json()["edition_id"]
        await planning.edition_becomes(edition_id, "frozen")
    async with open_planning(
        scheduler_database,
        fresh_vhost,
        tmp_path,
        closed_days=THURSDAY,
        organisation_address="info@example.org",
    ) as planning:
        await planning.edition_becomes(edition_id, "parked")
        called = await planning.running.world.hear("sender.send-message", SendMessage)
        assert called.subject == f"Utskicket {THURSDAY} går inte: dagen är stängd"
        planning.clock.set(AT)
        refused = await planning.post(f"/editions/{edition_id}/resume", {"reason": "Ändå."})
        assert (refused.status_code, "stängd" in refused.json()["detail"]) == (409, True)
        await planning.swept()
        assert await planning.running.world.waiting_in("sender.prepare-edition") == 0


async def test_a_proposal_that_is_withdrawn_is_never_confirmed(planning: Planning) -> None:
    urgent = order()
    await planning.places(urgent)
    extra_id = (await planning.post("/extra-editions", proposal(urgent.order_id))).json()["extra_id"]
    path = f"/extra-editions/{extra_id}/withdraw"
    withdrawn = await planning.post(path, None)
    assert withdrawn.status_code == 200, withdrawn.text
    assert withdrawn.json()["withdrawn_by"] == "desk@example.org"
    for refused in (await confirm(planning, extra_id), await planning.post(path, None)):
        assert (refused.status_code, "tillbakadraget" in refused.json()["detail"]) == (409, True)
    assert (await planning.post(f"/extra-editions/{new_id()}/withdraw", None)).status_code == 404
    other = (await planning.post("/extra-editions", proposal(urgent.order_id))).json()["extra_id"]
    assert (await confirm(planning, other)).status_code == 200
    late = await planning.post(f"/extra-editions/{other}/withdraw", None)
    assert (late.status_code, "redan bekräftat" in late.json()["detail"]) == (409, True)
