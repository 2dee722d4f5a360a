"""The API: figures for readers, names for the desk, problems that can be read."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from shared.contracts.sender import EditionProgressed
from shared.web.tokens import Role
from tests.component.scheduler.planning import (
    Planning,
    assignment,
    duty,
    order,
    person,
    unit,
)
from tests.support.one_service import bearer

NOBODY = UUID(int=7)


async def a_frozen_edition(planning: Planning) -> tuple[UUID, UUID, UUID]:
    """Two orders to four people, one without an address, one opted out. Return edition and orders."""
    numbers = (1, 2, 3)
    await planning.knows(
        [*(person(n) for n in numbers), person(4, email=None)],
        [unit(1), unit(2)],
        [assignment(n, n, 1) for n in (1, 2, 3, 4)],
    )
    await planning.knows([person(5)])
    await planning.opts_out(3)
    information, notice = order(), duty()
    await planning.places(information)
    placed = await planning.places(notice)
    await planning.freezes()
    return placed.edition_id, information.order_id, notice.order_id


async def test_figures_add_up(planning: Planning) -> None:
    edition_id, information, notice = await a_frozen_edition(planning)
    figures = await planning.edition(edition_id)
    assert (figures["pairs"], figures["mails"], figures["ordered"]) == (5, 3, 8)
    assert figures["excluded"] == {"missing_address": 2, "opted_out": 1}
    by_order = {entry["order_id"]: entry for entry in figures["per_order"]}
    assert by_order[str(information)]["excluded"] == {"missing_address": 1, "opted_out": 1}
    assert by_order[str(notice)]["recipients"] == 3
    for entry in figures["per_order"]:
        assert entry["ordered"] == entry["recipients"] + sum(entry["excluded"].values()) == 4
    listed = (await planning.get("/editions"))["editions"]
    assert [edition["edition_id"] for edition in listed] == [str(edition_id)]
    assert listed[0]["outcomes"] == {"planned": 3}


async def test_figures_show_how_far_the_sender_is_as_it_said_last(planning: Planning) -> None:
    edition_id, _, _ = await a_frozen_edition(planning)
    assert (await planning.edition(edition_id))["delivery"] is None

    async def says(minute: int, accepted: int) -> None:
        left = 3 - accepted
        await planning.tells(
            "note-progress",
            EditionProgressed(
                edition_id=edition_id,
                at=datetime(2027, 2, 17, 8, minute, tzinfo=UTC),
                prepared=3,
                handed_over=accepted,
                accepted=accepted,
                deferred=0,
                refused=0,
                suppressed=0,
                uncertain=0,
                bounced=0,
                left=left,
                rate=1.5,
            ),
        )

    await says(2, 2)
    await says(1, 1)
    shown = (await planning.edition(edition_id))["delivery"]
    assert (shown["accepted"], shown["left"], shown["rate"], shown["expected_end"]) == (2, 1, 1.5, None)


async def test_exclusions_come_in_pages_and_by_order_and_reason(planning: Planning) -> None:
    edition_id, information, _ = await a_frozen_edition(planning)
    path = f"/editions/{edition_id}/exclusions"
    pages: list[dict[str, Any]] = [await planning.get(f"{path}?limit=2")]
    while after := pages[-1]["next"]:
        pages.append(await planning.get(f"{path}?limit=2&after={after}"))
    told = [(entry["order_id"], entry["person_id"]) for page in pages for entry in page["exclusions"]]
    assert len(told) == len(set(told)) == 3
    of_order = await planning.get(f"{path}?order={information}&reason=opted_out")
    (entry,) = of_order["exclusions"]
    assert (entry["person_id"], entry["name"]) == ("p3", "Anna Ek 3")
    assert "avböjt" in entry["sentence"]


async def test_why_somebody_did_or_did_not_get_an_order(planning: Planning) -> None:
    edition_id, information, _ = await a_frozen_edition(planning)
    await planning.releases()
    batch = await planning.hands_over()
    await planning.reports(batch, "accepted")
    await planning.completes()

    async def why(person_id: str) -> Any:
        return await planning.get(f"/orders/{information}/people/{person_id}")

    got = await why("p1")
    assert (got["answer"], got["state"], got["roles"]) == ("planned", "accepted", ["ordförande, Krets 1"])
    assert got["mail_id"] in {str(mail.mail_id) for mail in batch.mails}
    assert got["edition_id"] == str(edition_id)
    assert (await why("p4"))["reason"] == "missing_address"
    assert (await why("p3"))["reason"] == "opted_out"
    assert (await why("p5"))["answer"] == "not_named"
    for unknown in (f"/orders/{information}/people/nobody", f"/orders/{NOBODY}/people/p1"):
        answer = await planning.running.http.get(f"/api/v1{unknown}", headers=bearer(planning.token()))
        assert answer.status_code == 404


async def test_before_the_freeze_the_answer_is_to_wait(planning: Planning) -> None:
    await planning.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
    placed = order()
    await planning.places(placed)
    assert (await planning.get(f"/orders/{placed.order_id}/people/p1"))["answer"] == "waiting"


WHO_MAY: tuple[tuple[str, Role, int], ...] = (
    ("/editions", "reader", 200),
    ("/register", "reader", 200),
    (f"/editions/{NOBODY}", "reader", 404),
    (f"/editions/{NOBODY}/exclusions", "reader", 403),
    (f"/editions/{NOBODY}/exclusions", "desk", 404),
    (f"/editions/{NOBODY}/exclusions?after=x", "admin", 422),
    (f"/editions/{NOBODY}/exclusions?reason=because", "desk", 422),
    (f"/orders/{NOBODY}/people/p1", "reader", 403),
    (f"/orders/{NOBODY}/people/p1", "orderer", 403),
    ("/editions", "orderer", 403),
    ("/editions?limit=0", "desk", 422),
)


async def test_who_may_ask_what(planning: Planning) -> None:
    for path, role, status in WHO_MAY:
        answer = await planning.running.http.get(f"/api/v1{path}", headers=bearer(planning.token(role)))
        assert answer.status_code == status, (path, role, answer.text)
        if status != 200:
            assert answer.headers["content-type"] == "application/problem+json"


async def test_every_answer_has_examples_in_the_document(planning: Planning) -> None:
    document = (await planning.running.http.get("/api/openapi.json")).json()
    ours = ("EditionSummary", "EditionFigures", "ExclusionEntry", "Why", "RegisterCounts", "GivenReason")
    for name in ours:
        fields = document["components"]["schemas"][name]["properties"].values()
        assert any("examples" in field for field in fields), name


async def test_editions_are_listed_the_latest_first(planning: Planning) -> None:
    for not_before in ("2026-12-01", "2026-11-18", "2027-01-06"):
        await planning.places(order(not_before=not_before))
    days = [edition["wednesday"] for edition in (await planning.get("/editions"))["editions"]]
    assert days[0] == "2027-01-13", "6 January is Epiphany"
    assert all(later > earlier for later, earlier in pairwise(days))
