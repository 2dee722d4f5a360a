"""The desk's review, drafts, lists, and the clock of A4."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from structlog.testing import capture_logs

from shared.contracts.intake import OrderAccepted
from shared.contracts.sender import SendMessage
from tests.component.intake.office import Office, complete, lund
from tests.support.one_service import bearer
from tests.support.waiting import until


async def submitted(office: Office, **changes: Any) -> str:
    answer = await office.post("/orders", complete(**changes))
    assert answer.json()["state"] == "submitted", answer.text
    return str(answer.json()["order_id"])


async def test_the_desk_accepts_after_review_and_the_week_counts_from_completeness(
    reviewing_office: Office,
) -> None:
    office = reviewing_office
    order_id = await submitted(office)
    office.clock.set(datetime(2026, 11, 16, 9, tzinfo=UTC))
    answer = await office.post(f"/orders/{order_id}/accept", token=office.desk)
    assert answer.json()["state"] == "accepted"
    accepted = await office.running.world.hear("scheduler.place-order", OrderAccepted)
    assert accepted.completed_at < datetime(2026, 11, 10, 10, tzinfo=UTC)


async def test_the_desk_returns_an_order_in_its_own_words(reviewing_office: Office) -> None:
    office = reviewing_office
    order_id = await submitted(office)
    answer = await office.post(f"/orders/{order_id}/return", {"reason": "Skriv kortare, tack."}, office.desk)
    assert answer.json()["state"] == "returned"
    mail = await office.running.world.hear("sender.send-message", SendMessage)
    assert "- Skriv kortare, tack." in mail.markdown
    again = await office.post(f"/orders/{order_id}/submit")
    assert again.json()["state"] == "submitted"
    assert again.json()["answer"]["urgency"] == "waiting"


async def test_an_order_that_no_longer_keeps_the_rules_is_not_accepted(reviewing_office: Office) -> None:
    office = reviewing_office
    order_id = await submitted(office)
    await office.units_known(lund(2, email="ny@example.org"))
    path = "/api/v1/units/1281/named-people"
    await until(
        lambda: office.running.get(path, office.desk),
        lambda seen: seen["people"][0]["address"] == "ny@example.org",
    )
    answer = await office.post(f"/orders/{order_id}/accept", token=office.desk)
    assert answer.status_code == 409
    assert answer.json()["rule"] == "A9"
    assert (await office.order(order_id))["state"] == "submitted"


async def test_a_draft_may_be_incomplete_and_is_judged_when_it_is_submitted(office: Office) -> None:
    placed = await office.post("/orders", complete(submit=False, faq=None, texts=None))
    order = placed.json()
    assert order["state"] == "draft"
    assert [point["point"] for point in order["checklist"] if not point["met"]] == [
        "text_final", "faq_there", "in_good_time",
    ]  # fmt: skip
    assert order["answer"] == {"urgency": "none", "due": None, "answered_at": None}

    url = f"/api/v1/orders/{order['order_id']}"
    changed = await office.running.http.put(url, json=complete(submit=False), headers=bearer(office.token()))
    assert changed.json()["state"] == "draft"
    answer = await office.post(f"/orders/{order['order_id']}/submit")
    assert answer.json()["state"] == "accepted"
    assert all(point["met"] for point in answer.json()["checklist"])


async def test_a_draft_can_be_taken_away_and_the_scheduler_never_hears_of_it(office: Office) -> None:
    order_id = (await office.post("/orders", complete(submit=False))).json()["order_id"]
    answer = await office.running.http.delete(f"/api/v1/orders/{order_id}", headers=bearer(office.token()))
    assert answer.json()["state"] == "withdrawn"
    await office.accepted()
    await office.running.world.hear("scheduler.place-order", OrderAccepted)
    assert await office.running.world.waiting_in("scheduler.withdraw-order") == 0


async def test_an_accepted_order_cannot_be_edited(office: Office) -> None:
    order_id = await office.accepted()
    url = f"/api/v1/orders/{order_id}"
    answer = await office.running.http.put(url, json=complete(), headers=bearer(office.token()))
    assert answer.status_code == 409
    assert "withdraw it and place a new one" in answer.json()["detail"]


async def test_orders_are_listed_by_state_and_unit_in_pages(office: Office) -> None:
    made = [await office.accepted(title=f"Order {n}") for n in range(3)]
    await office.post("/orders", complete(submit=False))
    listed = await office.running.get("/api/v1/orders?state=accepted&unit=1281&limit=2", office.desk)
    assert listed["total"] == 3
    rest = await office.running.get("/api/v1/orders?state=accepted&unit=1281&limit=2&offset=2", office.desk)
    found = [order["order_id"] for order in listed["orders"] + rest["orders"]]
    assert sorted(found) == sorted(made)
    assert (await office.running.get("/api/v1/orders?unit=1280", office.desk))["total"] == 0


async def test_A4_unanswered_orders_are_listed_by_when_their_answer_is_due(office: Office) -> None:
    start = office.clock.now()
    office.clock.set(start + timedelta(days=2))
    second = await office.accepted()
    office.clock.set(start)
    first = await office.accepted()
    await office.post("/orders", complete(submit=False))
    page = await office.running.get("/api/v1/orders?unanswered=true", office.desk)
    assert [order["order_id"] for order in page["orders"]] == [first, second]
    assert page["orders"][0]["answer"]["due"] == "2026-11-12T16:00:00Z"


async def test_A4_the_clock_warns_before_the_limit(office: Office) -> None:
    order_id = await office.accepted()
    assert (await office.order(order_id))["answer"]["urgency"] == "waiting"
    office.clock.set(datetime(2026, 11, 11, 16, 1, tzinfo=UTC))
    assert (await office.order(order_id))["answer"]["urgency"] == "soon"
    office.clock.set(datetime(2026, 11, 12, 16, 1, tzinfo=UTC))
    assert (await office.order(order_id))["answer"]["urgency"] == "late"


async def test_A4_the_sweeper_counts_and_logs_what_is_late(sweeping_office: Office) -> None:
    office = sweeping_office
    order_id = await office.accepted()
    office.clock.set(datetime(2026, 11, 13, 9, tzinfo=UTC))
    with capture_logs() as logs:
        await until(lambda: office.metric('onsdag_intake_unanswered{urgency="late"}'), lambda n: n == 1)
    assert {entry["event"] for entry in logs if order_id in entry.get("order_ids", [])} == {
        "orders_unanswered"
    }


async def test_no_background_job_fails(office: Office) -> None:
    for job in ("warn-unanswered", "forget-idempotent-answers"):
        labels = f'{{job="{job}",service="intake"}}'
        await until(partial(office.metric, f"onsdag_job_seconds_count{labels}"), lambda n: n >= 1)
        assert not await office.metric(f"onsdag_job_failures_total{labels}") > 0


async def test_the_service_says_that_it_is_ready(office: Office) -> None:
    report = await office.running.get("/health/ready")
    assert set(report["checks"].values()) == {"ok"}


async def test_every_write_has_an_example_and_its_problems_in_the_openapi_document(office: Office) -> None:
    document = await office.running.get("/api/openapi.json")
    writes = [
        operation
        for path, operations in document["paths"].items()
        if path.startswith("/api/")
        for method, operation in operations.items()
        if method != "get"
    ]
    assert len(writes) == 10
    for write in writes:
        assert "application/problem+json" in write["responses"]["409"]["content"]
        if body := write.get("requestBody"):
            schema = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert document["components"]["schemas"][schema]["examples"]
