"""Delivery reports, whenever and however often they come; answers from phones; what the desk sees (D7)."""

from itertools import permutations
from uuid import UUID

import pytest

from services.sender.adapters.texts.callbacks import Callbacks
from shared.contracts.texts import TextRefused, TextsReported
from shared.phones import phone_hash
from tests.component.sender.texts.text_desk import ASA, ORDER, TextDesk, send_text
from tests.support.text_gateway import HANG_UP, Answer, Asked, FakeGateway, taken
from tests.support.waiting import until


async def sent(text_desk: TextDesk, gateway: FakeGateway, reference: str) -> str:
    """Send a text; return where the gateway was told to report."""
    gateway.script = [taken(reference)]
    await text_desk.say(send_text(key=reference))
    await text_desk.become(accepted=1)
    return gateway.asked[-1].form["whendelivered"]


@pytest.mark.parametrize("order", [*permutations(["sent", "failed", "delivered"])], ids="-".join)
async def test_reports_in_any_order_and_twice_end_alike(
    text_desk: TextDesk, gateway: FakeGateway, order: tuple[str, ...]
) -> None:
    url = await sent(text_desk, gateway, "s1")
    for status in (*order, *order):
        assert await text_desk.call_back(url, id="s1", status=status) == 204
    await text_desk.become(delivered=1)


async def test_what_became_of_a_text_is_said_again_when_more_is_known(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    url = await sent(text_desk, gateway, "s1")
    assert (await text_desk.concluded()).state == "accepted"
    await text_desk.call_back(url, id="s1", status="failed")
    failed = await text_desk.concluded()
    assert (failed.state, failed.reason) == ("failed", "undelivered")
    await text_desk.call_back(url, id="s1", status="delivered")
    delivered = await text_desk.concluded()
    assert (delivered.state, delivered.reason) == ("delivered", "")


async def test_a_report_that_overtakes_the_answer_is_kept(text_desk: TextDesk, gateway: FakeGateway) -> None:
    async def report_first(asked: Asked) -> Answer:
        await text_desk.call_back(asked.form["whendelivered"], id="s9", status="delivered")
        return taken("s9")

    gateway.always = report_first
    await text_desk.say(send_text())
    await text_desk.become(delivered=1)
    assert await text_desk.number("SELECT count(*) FROM text_report WHERE reference = 's9'") == 1
    await until(lambda: text_desk.number("SELECT cost * 100 FROM text_delivery"), lambda seen: seen == 35)


async def test_a_report_settles_a_text_whose_answer_never_came(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    gateway.script = [HANG_UP]
    await text_desk.say(send_text())
    await text_desk.become(uncertain=1)
    await text_desk.call_back(gateway.asked[0].form["whendelivered"], id="s1", status="delivered")
    await text_desk.become(delivered=1)


async def test_a_late_failure_of_an_attempt_says_nothing_of_the_one_after_it(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    gateway.script = [HANG_UP, taken("s2")]
    [text_id] = await text_desk.order([ASA])
    await text_desk.become(uncertain=1)
    await text_desk.post(f"/api/v1/texts/{text_id}/resend")
    await text_desk.become(accepted=1)
    first, second = (asked.form["whendelivered"] for asked in gateway.asked)
    for _ in range(2):
        assert await text_desk.call_back(first, id="s1", status="failed") == 204
    assert await text_desk.states() == {"accepted": 1}
    await text_desk.call_back(second, id="s2", status="failed")
    await text_desk.become(undelivered=1)
    await text_desk.call_back(first, id="s1", status="delivered")
    await text_desk.become(delivered=1)


async def test_a_failure_of_the_first_attempt_during_the_second_is_not_the_seconds(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    async def report_on_the_first(asked: Asked) -> Answer:
        await text_desk.call_back(gateway.asked[0].form["whendelivered"], id="s1", status="failed")
        return taken("s2")

    gateway.script, gateway.always = [HANG_UP], report_on_the_first
    [text_id] = await text_desk.order([ASA])
    await text_desk.become(uncertain=1)
    await text_desk.post(f"/api/v1/texts/{text_id}/resend")
    await text_desk.become(accepted=1)
    assert await text_desk.number("SELECT count(*) FROM text_report") == 2


async def test_an_address_that_was_given_before_attempts_had_their_own_still_works(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    url = await sent(text_desk, gateway, "s1")
    text_id = url.split("/")[-3]
    code = Callbacks(text_desk.settings.secret, "").code(text_id)
    assert await text_desk.call_back(f"/callbacks/texts/{text_id}/{code}", id="s1", status="failed") == 204
    await text_desk.become(undelivered=1)


async def test_only_who_was_told_the_address_can_report(text_desk: TextDesk, gateway: FakeGateway) -> None:
    url = await sent(text_desk, gateway, "s1")
    path, _, code = url.rpartition("/")
    forged = f"{path}/{'A' if code[0] != 'A' else 'B'}{code[1:]}"
    assert await text_desk.call_back(forged, id="s1", status="delivered") == 404
    assert await text_desk.call_back(f"{path}/å", id="s1", status="delivered") == 404
    assert await text_desk.call_back(url, id="s1", status="nonsense") == 204
    assert await text_desk.call_back(url) == 204
    assert await text_desk.call_back(url, id="s1", status="x" * 30_000) == 413
    assert await text_desk.states() == {"accepted": 1}


async def test_reports_on_unknown_texts_are_forgotten_after_a_while(
    text_desk: TextDesk, gateway: FakeGateway
) -> None:
    url = await sent(text_desk, gateway, "s1")
    await text_desk.empty()
    assert await text_desk.call_back(url, id="s1", status="delivered") == 204
    await text_desk.execute("UPDATE text_report SET noted_at = noted_at - interval '8 days'")
    await until(lambda: text_desk.number("SELECT count(*) FROM text_report"), lambda seen: seen == 0)


async def test_an_answer_that_says_stop_goes_to_compliance(text_desk: TextDesk) -> None:
    url = (await text_desk.get("/api/v1/texts/addresses"))["replies"]
    assert await text_desk.call_back(url, **{"from": ASA, "message": "Tack för det!"}) == 200
    assert await text_desk.call_back(url, **{"from": "0701740605", "message": "Stopp!"}) == 200
    assert await text_desk.call_back("/callbacks/replies/wrong", **{"from": ASA, "message": "STOPP"}) == 404
    said = await text_desk.running.world.hear("compliance.note-refused-texts", TextRefused)
    assert said.address_hash == phone_hash(text_desk.settings.secret, ASA).hex()
    assert await text_desk.running.world.waiting_in("compliance.note-refused-texts") == 0


async def test_the_desk_sees_what_became_of_an_order(text_desk: TextDesk, gateway: FakeGateway) -> None:
    gateway.script = [taken("s1", cost=5200), taken("s2", cost=5200), HANG_UP]
    await text_desk.order([ASA, "+46701740606", "+46701740607", "123"])
    await text_desk.become(accepted=2, uncertain=1, wrong_number=1)
    await text_desk.call_back(gateway.asked[0].form["whendelivered"], id="s1", status="delivered")
    await text_desk.become(accepted=1, delivered=1, uncertain=1, wrong_number=1)
    found = await text_desk.get(f"/api/v1/orders/{ORDER}/texts/figures", "reader")
    assert found == {
        "order_id": str(ORDER),
        "texts": 4,
        "waiting": 0,
        "sent": 2,
        "delivered": 1,
        "uncertain": 1,
        "not_reached": {"wrong_number": 1},
        "parts": 2,
        "cost": "1.0400",
        "currency": "SEK",
    }
    page = await text_desk.get(f"/api/v1/orders/{ORDER}/texts?state=failed")
    (shown,) = page["texts"]
    assert (shown["phone"], shown["why"]) == ("123", "Numret finns inte.")
    assert await text_desk.get(f"/api/v1/texts/{shown['text_id']}") == shown


async def test_outcomes_of_an_order_are_told_with_the_newest_state(text_desk: TextDesk) -> None:
    text_ids = set(await text_desk.order([ASA, "+46701740606", "12"]))
    found: dict[UUID, tuple[str, str]] = {}
    while set(found) != text_ids:
        said = await text_desk.running.world.hear("scheduler.note-texts", TextsReported)
        assert said.order_id == ORDER
        found |= {each.text_id: (each.state, each.reason) for each in said.outcomes}
    assert sorted(found.values()) == [("accepted", ""), ("accepted", ""), ("failed", "wrong_number")]


async def test_names_and_numbers_are_not_for_those_who_read_figures(text_desk: TextDesk) -> None:
    for path in (f"/api/v1/orders/{ORDER}/texts", f"/api/v1/texts/{ORDER}"):
        answer = await text_desk.running.http.get(
            path, headers={"Authorization": f"Bearer {text_desk.token('reader')}"}
        )
        assert answer.status_code == 403


async def test_an_estimate_says_what_a_text_costs_and_what_makes_it_dear(text_desk: TextDesk) -> None:
    words = "Årsmötet – i kväll kl. 18 – är flyttat till ”Stora salen” 😀" + "." * 30
    answer = await text_desk.post("/api/v1/texts/estimate", "orderer", json={"text": words})
    found = answer.json()
    assert (found["encoding"], found["parts"], found["cost"], found["currency"]) == ("ucs2", 2, "0.70", "SEK")
    assert found["foreign"] == ["–", "”", "😀"]
    assert found["hints"] == [
        "Tecken utanför sms-alfabetet gör att varje sms rymmer 70 tecken i stället för 160.",
        "Skriv - i stället för –.",
        'Skriv " i stället för ”.',
        "Ta bort 😀 om det går.",
    ]
    plain = (await text_desk.post("/api/v1/texts/estimate", json={"text": "Räksmörgås för 5 €"})).json()
    assert (plain["characters"], plain["room"], plain["hints"]) == (19, 141, [])
    long = (await text_desk.post("/api/v1/texts/estimate", json={"text": "a" * 700})).json()
    assert (long["may_go"], long["hints"]) == (False, ["Texten blir 5 sms. Organisationen tillåter 4."])
    assert (await text_desk.post("/api/v1/texts/estimate", json={"text": "a\x00"})).status_code == 422
