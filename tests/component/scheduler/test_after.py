"""After a Wednesday: one person's answer from the order to the delivery, and a series of months."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.crm import ErasedPerson, PersonErased
from shared.contracts.intake import Audience, OrderWithdrawn
from shared.contracts.sender import DeliverBatch, DeliveryReported, Outcome
from tests.component.scheduler.planning import (
    CUTOFF,
    RELEASE,
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

WHY = {"reason": "Fel datum."}
TOMORROW = WEDNESDAY + timedelta(days=1)


async def four_people(planning: Planning) -> None:
    """1 is reached, 2 has no address, 3 opted out, 4 takes office after the Wednesday, 5 has no office."""
    await planning.knows(
        [person(1), person(2, email=None), person(3), person(4), person(5)],
        [unit(1)],
        [*(assignment(n, n, 1) for n in (1, 2, 3)), assignment(4, 4, 1, valid_from=TOMORROW)],
    )
    await planning.opts_out(3)


async def test_before_the_freeze_the_answer_is_what_would_happen_on_that_day(planning: Planning) -> None:
    await four_people(planning)
    placed = order()
    await planning.places(placed)

    async def why(number: int) -> Any:
        return await planning.get(f"/orders/{placed.order_id}/people/p{number}")

    expected = {n: await why(n) for n in range(1, 6)}
    assert {told["answer"] for told in expected.values()} == {"waiting"}
    assert {n: (told["expected"], told["reason"]) for n, told in expected.items()} == {
        1: ("planned", None),
        2: ("excluded", "missing_address"),
        3: ("excluded", "opted_out"),
        4: ("excluded", "assignment_not_valid"),
        5: ("not_named", None),
    }
    assert expected[1]["roles"] == ["ordförande, Krets 1"]
    assert expected[1]["sentence"].endswith("Får beställningen som ordförande, Krets 1.")

    await planning.freezes()
    decided = {n: await why(n) for n in range(1, 6)}
    assert {n: (told["answer"], told["reason"]) for n, told in decided.items()} == {
        n: (told["expected"], told["reason"]) for n, told in expected.items()
    }


async def test_the_answer_goes_on_to_the_last_word_of_the_server(planning: Planning) -> None:
    await four_people(planning)
    placed = order()
    await planning.places(placed)
    await planning.freezes()

    async def why() -> Any:
        return await planning.get(f"/orders/{placed.order_id}/people/p1")

    planned = await why()
    assert (planned["state"], planned["handed_at"]) == ("planned", None)
    assert planned["delivery"] == "Brevet har inte lämnats än."
    assert planned["frozen_at"].startswith(f"{CUTOFF:%Y-%m-%dT%H:%M}")
    await planning.releases()
    batch = await planning.hands_over()
    await planning.records(batch)
    recorded = await until(why, lambda told: told["recorded_at"] is not None)
    assert recorded["handed_at"] is not None
    assert recorded["delivery"] == "Avsändaren har brevet men har inget svar än."
    reported = Outcome(
        mail_id=batch.mails[0].mail_id, state="deferred", at=RELEASE, reply="451 4.7.1 Greylisted"
    )
    await planning.say(DeliveryReported(edition_id=batch.edition_id, outcomes=(reported,)))
    deferred = await until(why, lambda told: told["state"] == "deferred")
    assert (deferred["reply"], deferred["reported_at"] is not None) == ("451 4.7.1 Greylisted", True)
    assert "försöker igen" in deferred["delivery"]


async def test_a_withdrawn_order_is_told_as_withdrawn_to_everyone(planning: Planning) -> None:
    await four_people(planning)
    placed = order()
    await planning.places(placed)
    await planning.tells("withdraw-order", OrderWithdrawn(order_id=placed.order_id, reason="Inställt"))
    told = await planning.get(f"/orders/{placed.order_id}/people/p1")
    assert (told["answer"], told["reason"]) == ("excluded", "withdrawn")


async def test_twelve_months_in_figures_and_as_a_file(planning: Planning) -> None:
    await four_people(planning)
    for placed in (order(), duty()):
        edition_id = (await planning.places(placed)).edition_id
    await planning.freezes()
    await planning.releases()
    batch = await planning.hands_over()
    await planning.records(batch)
    await planning.reports(batch, "accepted")
    await planning.edition_becomes(edition_id, "completed")

    months = (await until(lambda: planning.get("/figures?months=12"), lambda f: f["months"][-1]["saved"]))[
        "months"
    ]
    assert [month["month"] for month in (months[0], months[-1])] == ["2025-12-01", "2026-11-01"]
    assert all(month["ordered"] == month["editions"] == 0 for month in months[:-1])
    assert months[-1] == {
        "month": "2026-11-01",
        "editions": 1,
        "stopped": 0,
        "ordered": 8,
        "pairs": 3,
        "mails": 2,
        "saved": 1,
        "withheld": 0,
        "excluded": {"assignment_not_valid": 2, "missing_address": 2, "opted_out": 1},
        "outcomes": {"accepted": 2},
    }
    answer = await planning.running.http.get(
        "/api/v1/figures.csv?months=1", headers=bearer(planning.token("reader"))
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"), newline=""), delimiter=";")
    assert (row["month"], row["ordered"], row["excluded_opted_out"], row["accepted"], row["failed"]) == (
        "2026-11-01", "8", "1", "2", "0",
    )  # fmt: skip


async def test_each_order_has_its_share_of_what_was_spared_and_the_shares_add_up(planning: Planning) -> None:
    """Person 1 gets two orders, 2 and 3 get one at the same address, 4 gets one alone."""
    await planning.knows(
        [person(1), person(2), person(3, email="person2@example.org"), person(4)],
        [unit(1)],
        [
            *(assignment(n, n, 1) for n in (1, 2, 3)),
            assignment(11, 1, 1, "kassör"),
            assignment(14, 4, 1, "kassör"),
        ],
    )
    treasurers = Audience(assignment_types=("kassör",), all_units=True)
    secretaries = Audience(assignment_types=("sekreterare",), all_units=True)
    chairs, money, nobody = order(), duty(audience=treasurers), order(audience=secretaries)
    for placed in (chairs, money, nobody):
        edition_id = (await planning.places(placed)).edition_id
    await planning.freezes()
    assert {each["saved"] for each in (await planning.edition(edition_id))["per_order"]} == {None}
    await planning.releases()

    seen = await until(
        lambda: planning.edition(edition_id), lambda figures: figures["per_order"][0]["saved"] is not None
    )
    told = {each["order_id"]: (each["together"], each["saved"]) for each in seen["per_order"]}
    assert told == {
        str(chairs.order_id): (3, 1.5),
        str(money.order_id): (1, 0.5),
        str(nobody.order_id): (0, 0.0),
    }
    assert sum(saved for _, saved in told.values()) == seen["pairs"] - seen["mails"]


@pytest.mark.parametrize("left", [False, True])
async def test_what_was_stopped_has_saved_what_left_of_it(planning: Planning, *, left: bool) -> None:
    """Two readers of two orders: both mails, or one of them, were called off."""
    await planning.knows([person(1), person(2)], [unit(1)], [assignment(1, 1, 1), assignment(2, 2, 1)])
    for placed in (order(), duty()):
        edition_id = (await planning.places(placed)).edition_id
    await planning.freezes()
    if left:
        await planning.releases()
        batch = await planning.hands_over()
        await until(lambda: planning.edition(edition_id), lambda seen: seen["per_order"][0]["saved"])
        got, not_sent = batch.mails
        for mail, state in ((got, "accepted"), (not_sent, "suppressed")):
            one = DeliverBatch(edition_id=batch.edition_id, batch=1, mails=(mail,))
            if state == "suppressed":
                assert (await planning.post(f"/editions/{edition_id}/stop", WHY)).status_code == 200
                assert (await planning.edition(edition_id))["per_order"][0]["saved"] is None, "not known yet"
            await planning.reports(one, state)  # type: ignore[arg-type]  # one of its literals
    else:
        assert (await planning.post(f"/editions/{edition_id}/stop", WHY)).status_code == 200

    seen = await until(
        lambda: planning.edition(edition_id), lambda figures: figures["per_order"][0]["saved"] is not None
    )
    assert [each["saved"] for each in seen["per_order"]] == ([0.5, 0.5] if left else [0.0, 0.0])
    assert seen["saved_percent"] == (50.0 if left else 0.0)
    (month,) = (await planning.get("/figures?months=1"))["months"]
    assert (month["editions"], month["stopped"], month["saved"]) == (1, 1, 1 if left else 0)
    assert (month["ordered"] > 0, month["mails"] > 0) == (left, left)


async def test_what_is_parked_has_saved_nothing(planning: Planning) -> None:
    await planning.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
    for placed in (order(), duty()):
        edition_id = (await planning.places(placed)).edition_id
    await planning.freezes()
    planning.clock.set(RELEASE + timedelta(days=3))
    parked = await planning.edition_becomes(edition_id, "parked")
    assert parked["saved_percent"] == 0.0
    (month,) = (await planning.get("/figures?months=1"))["months"]
    assert month["saved"] == 0


async def test_a_mail_taken_back_after_the_freeze_is_withheld_and_not_left_out(planning: Planning) -> None:
    await four_people(planning)
    placed = order()
    edition_id = (await planning.places(placed)).edition_id
    await planning.freezes()
    await planning.opts_out(1)
    planning.clock.set(RELEASE)
    await planning.edition_becomes(edition_id, "completed")
    (month,) = (await planning.get("/figures?months=1"))["months"]
    assert (month["ordered"], month["pairs"], month["withheld"]) == (4, 1, 1)
    assert month["outcomes"] == {"suppressed": 1}

    told = await planning.get(f"/orders/{placed.order_id}/people/p1")
    assert (told["reason"], told["after_freeze"]) == ("opted_out", True)


async def test_why_says_of_an_erased_person_that_they_are_erased_and_never_that_they_were_not_named(
    planning: Planning,
) -> None:
    await four_people(planning)
    placed = order()
    await planning.places(placed)
    await planning.tells("erase-persons", PersonErased(persons=(ErasedPerson(person_id="p1", version=2),)))

    async def why() -> Any:
        return await planning.get(f"/orders/{placed.order_id}/people/p1")

    before = await why()
    assert (before["answer"], before["expected"], before["reason"]) == ("waiting", "excluded", "erased")
    assert before["sentence"].endswith("Personens uppgifter är raderade.")
    await planning.freezes()
    assert [(told["answer"], told["reason"]) for told in [await why()]] == [("excluded", "erased")]
    await planning.releases()
    after = await why()
    assert (after["answer"], after["sentence"]) == ("excluded", "Personens uppgifter är raderade.")
