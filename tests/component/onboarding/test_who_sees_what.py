"""Who sees which newcomers (F4), and the figures (C8)."""

from typing import Any

import pytest

from shared.contracts.sender import SendMessage
from tests.component.onboarding.reception import ASA, OUTBOX, Reception, interest, lund
from tests.support.one_service import bearer
from tests.support.waiting import until


@pytest.fixture
async def two_units(reception: Reception) -> Reception:
    """Lund, whose member contact is Åsa, and Malmö, whose is Bo, with a newcomer each."""
    malmo = lund(unit_id="1280", name="Malmö", email="bo.ek@example.org")
    await reception.units(lund(), malmo)
    await reception.say(interest())
    await reception.say(interest("I2", unit_id="1280", wishes="Bara på kvällar."))
    for mail in [await reception.running.world.hear(OUTBOX, SendMessage) for _ in range(4)]:
        if mail.purpose == "newcomer-letter":
            await reception.conclude(mail)
    await reception.step_becomes("letter", "done", "I1")
    await reception.step_becomes("letter", "done", "I2")
    return reception


async def test_F4_a_member_contact_sees_the_newcomers_of_the_own_unit_only(two_units: Reception) -> None:
    page = await two_units.timelines("", two_units.token(ASA.upper()))
    assert page["total"] == 1
    assert page["timelines"][0]["newcomer"] == {
        "person_id": "p77",
        "first_name": "Anna",
        "last_name": "Ek",
        "email": "anna.ek@example.org",
        "phone": "+46701740605",
        "language": "sv",
        "wishes": "Jag vill hjälpa till med läxor.",
    }
    other = (await two_units.started("I2"))["timeline_id"]
    url = f"/api/v1/timelines/{other}"
    answer = await two_units.running.http.get(url, headers=bearer(two_units.token()))
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    bo = two_units.token("bo.ek@example.org")
    assert (await two_units.running.get(url, bo))["newcomer"]["wishes"] == "Bara på kvällar."


async def test_F4_a_contact_who_was_replaced_sees_nothing_more(two_units: Reception) -> None:
    await two_units.units(lund(2, email="ny@example.org"))
    new, old = two_units.token("ny@example.org"), two_units.token()
    await until(lambda: two_units.timelines("", new), lambda page: page["total"] == 1)
    assert (await two_units.timelines("", old))["total"] == 0


async def test_F4_an_admin_sees_steps_and_figures_but_no_person(two_units: Reception) -> None:
    page = await two_units.running.http.get("/api/v1/timelines", headers=bearer(two_units.admin))
    assert page.json()["total"] == 2
    for known in ("Anna", "anna.ek", "+4670", "läxor", "kvällar", "p77"):
        assert known not in page.text


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("orderer", set()), ("desk", set()), ("reader", {"/figures"})],
)
async def test_F4_others_see_no_timeline(reception: Reception, role: Any, allowed: set[str]) -> None:
    token = reception.token("somebody@example.org", role)
    for path in ("/timelines", "/figures", "/timelines/018f0000-0000-7000-8000-000000000001"):
        answer = await reception.running.http.get(f"/api/v1{path}", headers=bearer(token))
        assert answer.status_code == (200 if path in allowed else 403), path
        without = await reception.running.http.get(f"/api/v1{path}")
        assert without.status_code == 401


async def test_figures_are_per_unit_and_a_member_contact_sees_the_own(two_units: Reception) -> None:
    figures = await two_units.running.get("/api/v1/figures", two_units.token("figures", "reader"))
    assert figures["newcomers"] == 2
    assert [(unit["unit_name"], unit["letters_in_time"]) for unit in figures["units"]] == [
        ("Malmö", 1), ("Lund", 1),
    ]  # fmt: skip
    own = await two_units.running.get("/api/v1/figures", two_units.token())
    assert [unit["unit_id"] for unit in own["units"]] == ["1281"]


async def test_timelines_are_found_by_unit_step_and_state_and_shown_in_pages(two_units: Reception) -> None:
    async def total(query: str) -> int:
        return int((await two_units.timelines(query))["total"])

    assert await total("?unit=1280") == 1
    assert await total("?unit=1280&state=done") == 1
    assert await total("?step=call&state=done") == 0
    assert await total("?step=call&late=false") == 2
    assert await total("?late=true") == 0
    pages = [await two_units.timelines(f"?limit=1&offset={n}") for n in range(3)]
    assert [len(page["timelines"]) for page in pages] == [1, 1, 0]
    answer = await two_units.running.http.get("/api/v1/timelines?state=lost", headers=bearer(two_units.admin))
    assert answer.status_code == 422
