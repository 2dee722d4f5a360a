"""Units, their named people (A9), and what each role may do (F4)."""

from typing import Any

import pytest

from shared.contracts.crm import Unit
from tests.component.intake.office import ASA, DESK, Office, complete, lund
from tests.support.one_service import bearer
from tests.support.waiting import until

BO = {"address": "Bo.Ek@example.org", "name": "Bo Ek"}


async def put_people(office: Office, people: list[dict[str, str]], unit: str = "1280") -> Any:
    url = f"/api/v1/units/{unit}/named-people"
    return await office.running.http.put(url, json={"people": people}, headers=bearer(office.desk))


async def people(office: Office, unit: str = "1281") -> list[tuple[str, str]]:
    found = await office.running.get(f"/api/v1/units/{unit}/named-people", office.desk)
    return [(person["address"], person["source"]) for person in found["people"]]


async def test_A9_a_locally_named_person_may_order_until_taken_away(office: Office) -> None:
    order = complete(unit_id="1280", ordered_by="bo.ek@example.org")
    bo = office.token("bo.ek@example.org")
    assert (await office.post("/orders", order, bo)).status_code == 422

    assert (await put_people(office, [BO])).status_code == 200
    assert await people(office, "1280") == [("bo.ek@example.org", "local")]
    assert (await office.post("/orders", order, bo)).json()["state"] == "accepted"

    url = "/api/v1/units/1280/named-people"
    await office.running.http.delete(url, headers=bearer(office.desk))
    assert (await office.post("/orders", order, bo)).status_code == 422


async def test_A9_a_unit_has_two_local_people_at_most(office: Office) -> None:
    three = [{"address": f"p{n}@example.org"} for n in range(3)]
    assert (await put_people(office, three)).status_code == 422
    assert (await put_people(office, three[:2])).status_code == 200
    assert (await put_people(office, [BO, BO])).json()["people"][1:] == []


async def test_nobody_is_named_for_a_unit_that_does_not_exist(office: Office) -> None:
    assert (await put_people(office, [BO], "9999")).status_code == 404


async def test_a_late_event_of_a_unit_changes_nothing(office: Office) -> None:
    await office.units_known(lund(3, email="ny@example.org"))
    await until(lambda: people(office), lambda seen: seen == [("ny@example.org", "crm")])
    await office.units_known(lund(2, email="gammal@example.org"))
    other = Unit(unit_id="1282", version=1, name="Landskrona", region="Skåne län")
    await office.units_known(other)
    await until(lambda: office.running.world.waiting_in("intake.copy-units"), lambda waiting: waiting == 0)
    assert await people(office) == [("ny@example.org", "crm")]


async def test_local_people_stay_when_the_crm_changes_its_own(office: Office) -> None:
    await put_people(office, [BO], "1281")
    await office.units_known(lund(2, email="ny@example.org"))
    await until(
        lambda: people(office),
        lambda seen: seen == [("ny@example.org", "crm"), ("bo.ek@example.org", "local")],
    )


@pytest.mark.parametrize("role", ["reader", "member_contact"])
async def test_F4_those_who_need_not_order_cannot(office: Office, role: Any) -> None:
    answer = await office.post("/orders", complete(), office.token(ASA, role))
    assert answer.status_code == 403


async def test_F4_without_a_token_nothing_is_told(office: Office) -> None:
    for path in ("/orders", "/units", "/orders/018f0000-0000-7000-8000-000000000001"):
        answer = await office.running.http.get(f"/api/v1{path}")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_F4_an_orderer_sees_own_orders_only(office: Office) -> None:
    order_id = await office.accepted()
    bo = office.token("bo.ek@example.org")
    assert (await office.running.get("/api/v1/orders", bo))["total"] == 0
    answer = await office.running.http.get(f"/api/v1/orders/{order_id}", headers=bearer(bo))
    assert answer.status_code == 404
    assert (await office.post(f"/orders/{order_id}/withdraw", {"reason": "x"}, bo)).status_code == 404


async def test_F4_a_reader_of_figures_sees_no_person(office: Office) -> None:
    order_id = await office.accepted()
    await office.post("/orders", complete(ordered_by="bo.ek@example.org"), office.desk)
    reader = office.token("figures", "reader")
    answer = await office.running.http.get("/api/v1/orders", headers=bearer(reader))
    assert answer.json()["total"] == 2
    assert "@" not in answer.text
    single = await office.running.http.get(f"/api/v1/orders/{order_id}", headers=bearer(reader))
    assert single.status_code == 403


async def test_an_orderer_neither_accepts_nor_returns(reviewing_office: Office) -> None:
    office = reviewing_office
    order_id = (await office.post("/orders", complete())).json()["order_id"]
    assert (await office.post(f"/orders/{order_id}/accept")).status_code == 403
    assert (await office.post(f"/orders/{order_id}/return", {"reason": "x"})).status_code == 403


async def test_the_desk_sees_who_did_what(office: Office) -> None:
    order_id = await office.accepted()
    history = (await office.order(order_id))["history"]
    assert [(step["input"], step["by"]) for step in history] == [
        ("place", ASA), ("submit", ASA), ("accept", "rules"),
    ]  # fmt: skip
    assert DESK not in {step["by"] for step in history}
