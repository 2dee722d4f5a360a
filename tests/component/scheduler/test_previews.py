"""Previews over HTTP: as of the Wednesday, with figures for readers and names for the desk."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.contracts.intake import Audience
from shared.contracts.scheduler import AudienceMoved
from shared.persistence.database import engine_for
from shared.web.tokens import Role
from tests.component.scheduler.planning import (
    CUTOFF,
    TUESDAY,
    WEDNESDAY,
    Planning,
    assignment,
    duty,
    order,
    person,
    unit,
)
from tests.support.one_service import bearer
from tests.support.waiting import until

TREASURERS = Audience(assignment_types=("kassör",), all_units=True)
YESTERDAY, DAY_AFTER = WEDNESDAY - timedelta(days=1), WEDNESDAY + timedelta(days=1)


async def two_orders(planning: Planning) -> tuple[UUID, UUID]:
    """Chairs 1 to 3 and treasurers 1 and 4 (5 has no address): person 1 gets both. Return the orders."""
    await planning.knows(
        [*(person(n) for n in (1, 2, 3, 4)), person(5, email=None)],
        [unit(1), unit(2)],
        [
            *(assignment(n, n, 1) for n in (1, 2, 3)),
            *(assignment(10 + n, n, 2, "kassör") for n in (1, 4, 5)),
        ],
    )
    chairs, treasurers = order(), duty(title="=Bokslut", audience=TREASURERS)
    await planning.places(chairs)
    await planning.places(treasurers)
    return chairs.order_id, treasurers.order_id


async def made(planning: Planning, edition: object = "coming") -> Any:
    answer = await planning.post(f"/editions/{edition}/preview", {})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_preview_tells_who_collides_and_the_worst_mail(planning: Planning) -> None:
    chairs, treasurers = await two_orders(planning)
    preview = await made(planning)
    assert (preview["wednesday"], preview["day"]) == (str(WEDNESDAY), str(WEDNESDAY))
    assert (preview["ordered"], preview["pairs"], preview["mails"], preview["saved"]) == (6, 5, 4, 1)
    assert preview["excluded"] == {"missing_address": 1}
    assert [each["order_id"] for each in preview["orders"]] == [str(treasurers), str(chairs)], "duty first"
    assert [each["together"] for each in preview["orders"]] == [1, 1]
    assert preview["collisions"] == [{"order_ids": [str(treasurers), str(chairs)], "people": 1}]
    assert preview["fullest"]["order_ids"] == [str(treasurers), str(chairs)]
    assert preview["by_sections"] == {"1": 3, "2": 1}
    assert preview["domains"] == {"example.org": 4}
    assert (preview["too_big"], preview["changes"]) == (0, None)
    assert preview["sending"]["binding"] is None
    worst = preview["fullest"]["example"] - 1
    (mail,) = (await planning.get(f"/editions/coming/preview/mails?after={worst}&limit=1"))["mails"]
    assert mail["address"] == "person1@example.org"
    assert mail["order_ids"] == [str(treasurers), str(chairs)]
    assert mail["readers"][0]["sections"][0]["roles"] == ["kassör, Krets 2"]


async def test_a_preview_is_as_of_the_wednesday_and_not_of_today(planning: Planning) -> None:
    await planning.knows(
        [person(n) for n in (1, 2, 3)],
        [unit(1)],
        [
            assignment(1, 1, 1, valid_to=YESTERDAY),
            assignment(2, 2, 1, valid_from=WEDNESDAY, valid_to=WEDNESDAY),
            assignment(3, 3, 1, valid_from=DAY_AFTER),
        ],
    )
    placed = order()
    await planning.places(placed)
    preview = await made(planning)
    assert (preview["mails"], preview["excluded"]) == (1, {"assignment_not_valid": 2})
    alone = await planning.get(f"/orders/{placed.order_id}/preview")
    assert (alone["ordered"], alone["recipients"], alone["mails"]) == (3, 1, 1)
    on_thursday = {"day": str(DAY_AFTER), "orders": [str(placed.order_id)]}
    simulated = (await planning.post("/simulations", on_thursday, "reader")).json()
    assert (simulated["mails"], simulated["excluded"]) == (1, {"assignment_not_valid": 2})


async def test_the_next_preview_says_who_joined_and_who_left(planning: Planning) -> None:
    chairs, treasurers = await two_orders(planning)
    edition_id = (await made(planning))["edition_id"]
    await planning.knows([person(6)], assignments=[assignment(6, 6, 1), assignment(7, 6, 2)])
    await planning.opts_out(2)
    await planning.places(third := order(title="Höstmötet"))
    changes = (await made(planning, edition_id))["changes"]
    assert (changes["since"][:10], changes["made_by"]) == (str(TUESDAY.date()), "desk@example.org")
    assert (changes["mails_before"], changes["pairs_before"]) == (4, 5)
    told = {each["order_id"]: each for each in changes["orders"]}
    assert str(treasurers) not in told, "what stayed as it was is not told"
    assert told[str(chairs)] | {"order_id": ""} == {
        "order_id": "",
        "before": 3,
        "now": 3,
        "joined": 1,
        "left": 1,
    }
    assert (told[str(third.order_id)]["before"], told[str(third.order_id)]["now"]) == (None, 3)
    shown = await planning.get(f"/editions/{edition_id}/preview")
    assert shown["changes"] == changes, "the latest is kept"


async def test_the_export_names_everybody_and_holds_no_formula(planning: Planning) -> None:
    await two_orders(planning)
    await planning.knows([person(6, first_name="=cmd|' /C calc'!A0", last_name="")])
    await planning.knows(assignments=[assignment(6, 6, 1, "kassör")])
    path = "/api/v1/editions/coming/preview.csv"
    answer = await planning.running.http.get(path, headers=bearer(planning.token()))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "onsdag-2026-11-18-preview.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"), newline=""), delimiter=";"))
    rows.sort(key=lambda row: (row["person_id"], row["position"]))
    assert [(row["person_id"], row["position"]) for row in rows] == [
        ("p1", "1"), ("p1", "2"), ("p2", "2"), ("p3", "2"), ("p4", "1"), ("p6", "1"),
    ]  # fmt: skip
    assert rows[0]["title"] == "'=Bokslut"
    assert rows[-1]["name"].startswith("'=cmd")
    assert rows[1]["roles"] == "ordförande, Krets 1"


async def test_a_simulation_takes_known_orders_and_drafts_and_leaves_nothing(planning: Planning) -> None:
    chairs, _ = await two_orders(planning)
    draft = {
        "title": "Utkast",
        "unit_id": "u1",
        "order_class": "information",
        "audience": {"assignment_types": ["kassör"], "all_units": True},
        "bytes": {"sv": 150_000},
    }
    before = await until(lambda: everything(planning), lambda counts: counts["scheduler_outbox"] == 0)
    asked = {"day": str(WEDNESDAY), "orders": [str(chairs)], "drafts": [draft]}
    simulated = await planning.post("/simulations", asked, "reader")
    assert simulated.status_code == 200, simulated.text
    figures = simulated.json()
    assert (figures["pairs"], figures["mails"]) == (5, 4)
    assert figures["orders"][1]["title"] == "Utkast"
    assert figures["too_big"] == 2
    assert await everything(planning) == before
    unknown = await planning.post("/simulations", {**asked, "orders": [str(UUID(int=9))]})
    assert unknown.status_code == 404
    assert str(UUID(int=9)) in unknown.json()["detail"]
    for field, name in (("assignment_types", "hovnarr"), ("units", "u77"), ("agreements", "okänt")):
        audience = {"assignment_types": ["kassör"], "all_units": field != "units", field: [name]}
        refused = await planning.post("/simulations", {**asked, "drafts": [{**draft, "audience": audience}]})
        assert (refused.status_code, name in refused.json()["detail"]) == (422, True), refused.text
        assert refused.json()["detail"].startswith("Utkast: ")
    for nonsense in ({"day": str(WEDNESDAY)}, {**asked, "orders": [str(chairs)] * 2}):
        assert (await planning.post("/simulations", nonsense)).status_code == 422


async def test_the_preview_of_an_order_says_which_names_nobody_has_heard_of(planning: Planning) -> None:
    await two_orders(planning)
    types = ("ordförande", "hovnarr")
    await planning.places(odd := order(audience=Audience(assignment_types=types, all_units=True)))
    (unheard,) = (await planning.get(f"/orders/{odd.order_id}/preview"))["unheard_of"]
    assert (unheard["name"], unheard["sentence"]) == ("hovnarr", "Ingen har uppdraget ”hovnarr”.")


async def everything(planning: Planning) -> dict[str, int]:
    """Count the rows of all tables that a Wednesday writes."""
    tables = (
        "orders",
        "edition",
        "edition_order",
        "planned_mail",
        "exclusion",
        "scheduler_outbox",
        "preview",
    )
    engine = engine_for(planning.settings.database_url, "scheduler", pool_size=1)
    async with engine.connect() as conn:
        counts = {
            table: int((await conn.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())  # constants
            for table in tables
        }
    await engine.dispose()
    return counts


async def test_the_desk_is_warned_once_when_an_audience_moves_more_than_the_set_share(
    planning: Planning,
) -> None:
    await planning.knows(
        [person(n) for n in range(1, 11)], [unit(1)], [assignment(n, n, 1) for n in range(1, 11)]
    )
    placed = order()
    await planning.places(placed)
    path = f"/orders/{placed.order_id}/preview"
    await until(lambda: planning.get(path), lambda seen: seen["since_acceptance"] is not None)

    await planning.knows([person(11), person(12)], assignments=[assignment(n, n, 1) for n in (11, 12)])
    planning.clock.set(TUESDAY + timedelta(minutes=31))
    seen = await until(lambda: planning.get(path), lambda now: now["since_acceptance"]["joined"] == 2)
    assert (seen["since_acceptance"]["moved_percent"], seen["since_acceptance"]["warned_at"]) == (20.0, None)

    await planning.opts_out(3)
    planning.clock.set(TUESDAY + timedelta(minutes=62))
    moved = await planning.running.world.hear("intake.note-audience", AudienceMoved)
    assert (moved.order_id, moved.accepted, moved.recipients) == (placed.order_id, 10, 11)
    assert (moved.joined, moved.left) == (2, 1)
    (audience,) = (await made(planning))["audiences"]
    assert (audience["moved_percent"], audience["warned_at"] is not None) == (30.0, True)

    await planning.opts_out(4)
    planning.clock.set(TUESDAY + timedelta(minutes=93))
    await until(lambda: planning.get(path), lambda now: now["since_acceptance"]["left"] == 2)
    assert await planning.running.world.waiting_in("intake.note-audience") == 0, "once is enough"


async def test_an_audience_is_looked_at_once_more_shortly_before_it_is_decided(planning: Planning) -> None:
    await planning.knows([person(1), person(2)], [unit(1)], [assignment(n, n, 1) for n in (1, 2)])
    placed = order()
    await planning.places(placed)
    path = f"/orders/{placed.order_id}/preview"
    await until(lambda: planning.get(path), lambda seen: seen["since_acceptance"] is not None)
    planning.clock.set(CUTOFF - timedelta(minutes=20))
    looked = await until(
        lambda: planning.get(path), lambda now: now["since_acceptance"]["looked_at"] > TUESDAY.isoformat()
    )
    await planning.opts_out(2)
    planning.clock.set(CUTOFF - timedelta(minutes=5))
    moved = await planning.running.world.hear("intake.note-audience", AudienceMoved)
    assert (moved.order_id, moved.left) == (placed.order_id, 1)
    assert looked["since_acceptance"]["left"] == 0


async def test_there_is_nothing_to_foresee_of_what_is_decided_or_unknown(planning: Planning) -> None:
    async def asked(path: str, role: Role = "desk") -> int:
        answer = await planning.running.http.get(f"/api/v1{path}", headers=bearer(planning.token(role)))
        return answer.status_code

    assert await asked("/editions/coming/preview") == 404
    assert (await planning.post("/editions/coming/preview.ndjson", {})).status_code == 404
    assert (await planning.post("/editions/coming/preview.ndjson", {}, "reader")).status_code == 403
    chairs, _ = await two_orders(planning)
    assert await asked("/editions/coming/preview") == 404, "nobody has made one"
    edition_id = (await made(planning))["edition_id"]
    assert await asked("/editions/coming/preview", "reader") == 200
    for names in ("/editions/coming/preview/mails", "/editions/coming/preview.csv"):
        assert await asked(names, "reader") == 403
    assert (await planning.post("/editions/coming/preview", {}, "reader")).status_code == 403
    assert await asked(f"/orders/{chairs}/preview", "orderer") == 403
    assert await asked(f"/orders/{UUID(int=9)}/preview") == 404
    assert await asked("/editions/someday/preview") == 422
    await planning.freezes()
    for path in ("preview/mails", "preview.csv"):
        assert await asked(f"/editions/{edition_id}/{path}") == 409
        assert await asked(f"/editions/coming/{path}") == 409
    assert await asked(f"/orders/{chairs}/preview") == 409
    await planning.releases()
    assert await asked(f"/editions/{edition_id}/preview") == 409
    assert await asked("/editions/coming/preview") == 404


async def test_between_freeze_and_release_the_preview_is_what_was_frozen(planning: Planning) -> None:
    await two_orders(planning)
    before = await made(planning)
    frozen = await planning.freezes()
    later = order(completed_at=CUTOFF + timedelta(hours=1))
    await planning.places(later)
    shown = await planning.get("/editions/coming/preview")
    assert shown["edition_id"] == before["edition_id"], "the one about to go, not the one that takes orders"
    assert (shown["made_by"], before["frozen_at"]) == ("freeze", None)
    assert shown["frozen_at"].startswith(f"{CUTOFF:%Y-%m-%dT%H:%M}")
    assert (shown["pairs"], shown["mails"]) == (frozen.pairs, frozen.mails)
    asked = {"edition_id", "frozen_at", "made_at", "made_by", "changes", "audiences"}
    assert {name: shown[name] for name in shown if name not in asked} == {
        name: before[name] for name in before if name not in asked
    }
    assert shown["changes"]["orders"] == [], "the freeze did what the preview said"
    again = await planning.get(f"/editions/{before['edition_id']}/preview")
    assert again["made_at"] == shown["made_at"], "it is computed once"
    assert (await made(planning, before["edition_id"]))["mails"] == frozen.mails
