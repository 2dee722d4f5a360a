"""What no longer holds between freeze and release is said at once, not when the Wednesday comes."""

from typing import Any
from uuid import UUID

from shared.contracts.crm import ErasedPerson, PersonErased
from shared.contracts.intake import OrderWithdrawn
from tests.component.scheduler.planning import Planning, assignment, duty, order, person, unit
from tests.support.waiting import until


async def frozen(planning: Planning) -> tuple[UUID, Any, Any]:
    """Freeze a notice and news for three chairs, of whom two share an address."""
    await planning.knows(
        [person(1), person(2, email="person1@example.org"), person(3)],
        [unit(1)],
        [assignment(n, n, 1) for n in (1, 2, 3)],
    )
    notice, news = duty(), order()
    await planning.places(notice)
    placed = await planning.places(news)
    assert (await planning.freezes()).pairs == 6
    return placed.edition_id, notice, news


async def told(planning: Planning, edition_id: UUID, placed: Any) -> dict[str, Any]:
    """Return all that is said of an order on an edition: figures, lists, and why for each person."""
    figures = await planning.edition(edition_id)
    share = next(each for each in figures["per_order"] if each["order_id"] == str(placed.order_id))
    has = (await planning.get(f"/editions/{edition_id}/recipients?order={placed.order_id}"))["recipients"]
    left_out = (await planning.get(f"/editions/{edition_id}/exclusions?order={placed.order_id}"))[
        "exclusions"
    ]
    why = [await planning.get(f"/orders/{placed.order_id}/people/p{n}") for n in (1, 2, 3)]
    return {
        "recipients": share["recipients"],
        "excluded": share["excluded"],
        "has": sorted(each["person_id"] for each in has),
        "left_out": {each["person_id"]: each["reason"] for each in left_out},
        "why": [(each["answer"], each["reason"]) for each in why],
    }


WITHDRAWN = {
    "recipients": 0,
    "excluded": {"withdrawn": 3},
    "has": [],
    "left_out": {"p1": "withdrawn", "p2": "withdrawn", "p3": "withdrawn"},
    "why": [("excluded", "withdrawn")] * 3,
}


async def test_a_late_withdrawal_is_told_at_once_and_stays_true_when_the_edition_is_stopped(
    planning: Planning,
) -> None:
    edition_id, notice, news = await frozen(planning)
    await planning.tells("withdraw-order", OrderWithdrawn(order_id=news.order_id, reason="Inställt."))
    assert await told(planning, edition_id, news) == WITHDRAWN
    assert (await told(planning, edition_id, notice))["has"] == ["p1", "p2", "p3"]
    stopped = await planning.post(f"/editions/{edition_id}/stop", {"reason": "Fel."})
    assert stopped.status_code == 200
    assert await told(planning, edition_id, news) == WITHDRAWN


async def test_a_withdrawal_while_the_edition_is_held_is_told_at_once(planning: Planning) -> None:
    edition_id, _, news = await frozen(planning)
    await planning.post(f"/editions/{edition_id}/pause", {"reason": "Vi ser efter."})
    await planning.tells("withdraw-order", OrderWithdrawn(order_id=news.order_id, reason="Inställt."))
    assert await told(planning, edition_id, news) == WITHDRAWN


async def test_a_late_opt_out_is_told_at_once(planning: Planning) -> None:
    edition_id, notice, news = await frozen(planning)
    await planning.opts_out(1)
    assert await until(lambda: told(planning, edition_id, news), lambda seen: seen["recipients"] == 1) == {
        "recipients": 1,
        "excluded": {"opted_out": 2},
        "has": ["p3"],
        "left_out": {"p1": "opted_out", "p2": "opted_out"},
        "why": [("excluded", "opted_out"), ("excluded", "opted_out"), ("planned", None)],
    }
    assert (await told(planning, edition_id, notice))["recipients"] == 3, "what must be known passes"


async def test_a_late_erasure_is_told_at_once(planning: Planning) -> None:
    edition_id, notice, news = await frozen(planning)
    erased = ErasedPerson(person_id="p1", version=9)
    await planning.tells("erase-persons", PersonErased(persons=(erased,)))
    for placed in (notice, news):
        seen = await told(planning, edition_id, placed)
        assert (seen["recipients"], seen["excluded"], seen["has"]) == (2, {"erased": 1}, ["p2", "p3"])
        assert seen["why"] == [("excluded", "erased"), ("planned", None), ("planned", None)]
    assert (await planning.edition(edition_id))["outcomes"] == {"planned": 2}
    await planning.tells("erase-persons", PersonErased(persons=(ErasedPerson(person_id="p2", version=9),)))
    assert (await planning.edition(edition_id))["outcomes"] == {"planned": 1, "suppressed": 1}
    assert (await planning.releases()).mails == 1


async def test_a_withdrawal_that_came_after_the_release_changes_nothing_that_left(planning: Planning) -> None:
    edition_id, _, news = await frozen(planning)
    await planning.releases()
    await planning.tells("withdraw-order", OrderWithdrawn(order_id=news.order_id, reason="Inställt."))
    seen = await told(planning, edition_id, news)
    assert (seen["recipients"], seen["why"]) == (3, [("planned", None)] * 3), "it has left: that is the truth"
