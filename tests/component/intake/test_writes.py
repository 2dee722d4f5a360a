"""Idempotency-Key: a write happens once, and is answered alike when it is repeated."""

import asyncio

from sqlalchemy import text

from shared.contracts.intake import OrderAccepted
from shared.persistence.database import Database, engine_for
from shared.web.idempotency import Idempotency
from tests.component.intake.office import Office, complete

KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'


async def test_the_same_write_with_the_same_key_happens_once(office: Office) -> None:
    first = await office.post("/orders", complete(), key=KEY)
    again = await office.post("/orders", complete(), key=KEY)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert (await office.running.get("/api/v1/orders", office.desk))["total"] == 1
    await office.running.world.hear("scheduler.place-order", OrderAccepted)
    assert await office.running.world.waiting_in("scheduler.place-order") == 0


async def test_a_key_is_the_same_with_and_without_its_quotation_marks(office: Office) -> None:
    await office.post("/orders", complete(), key=KEY)
    again = await office.post("/orders", complete(), key=KEY.strip('"'))
    assert again.headers["idempotent-replayed"] == "true"


async def test_another_write_with_the_same_key_is_refused(office: Office) -> None:
    await office.post("/orders", complete(), key=KEY)
    other = await office.post("/orders", complete(title="Något annat"), key=KEY)
    assert other.status_code == 422
    assert "another request" in other.json()["title"]
    assert (await office.running.get("/api/v1/orders", office.desk))["total"] == 1


async def test_a_refusal_is_repeated_too_and_keeps_one_order(office: Office) -> None:
    given = complete(sender="x@example.org")
    first = await office.post("/orders", given, key=KEY)
    again = await office.post("/orders", given, key=KEY)
    assert first.json() == again.json()
    assert again.status_code == 422
    assert again.headers["content-type"] == "application/problem+json"
    assert (await office.running.get("/api/v1/orders", office.desk))["total"] == 1


async def test_two_callers_may_use_the_same_key(office: Office) -> None:
    await office.post("/orders", complete(), key=KEY)
    other = await office.post("/orders", complete(), office.desk, key=KEY)
    assert other.status_code == 201
    assert (await office.running.get("/api/v1/orders", office.desk))["total"] == 2


async def test_twenty_copies_at_once_have_one_effect(office: Office) -> None:
    answers = await asyncio.gather(*(office.post("/orders", complete(), key=KEY) for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = {answer.json()["order_id"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert (await office.running.get("/api/v1/orders", office.desk))["total"] == 1


async def test_a_write_that_failed_leaves_its_key_free(office: Office) -> None:
    order_id = await office.accepted()
    path = f"/orders/{order_id}/submit"
    assert (await office.post(path, key=KEY)).status_code == 409
    withdrawn = await office.post(f"/orders/{order_id}/withdraw", {"reason": "Nytt datum."}, key=KEY)
    assert withdrawn.status_code == 200


async def test_a_key_that_is_no_string_is_refused(office: Office) -> None:
    answer = await office.post("/orders", complete(), key='"' + "x" * 256 + '"')
    assert answer.status_code == 400


async def test_without_a_key_every_write_happens(office: Office) -> None:
    await office.post("/orders", complete())
    await office.post("/orders", complete())
    assert (await office.running.get("/api/v1/orders", office.desk))["total"] == 2


async def test_F5_an_answer_is_forgotten_after_a_day(office: Office) -> None:
    await office.post("/orders", complete(), key=KEY)
    database = Database(engine_for(office.settings.database_url, "intake"))
    async with database.begin() as conn:
        await conn.execute(text("UPDATE idempotent_answers SET stored_at = now() - interval '25 hours'"))
    await Idempotency(database).forget_old()
    await database.close()
    again = await office.post("/orders", complete(), key=KEY)
    assert "idempotent-replayed" not in again.headers
