"""The register of suppressions: what fills it, what it tells, and what the desk may do (F1, F3, F4)."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.contracts.crm import Person, PersonChanged
from shared.contracts.sender import AddressFailed, UnsubscribeReceived
from shared.contracts.texts import TextRefused
from shared.persistence.database import Database, engine_for
from shared.phones import phone_hash
from tests.component.compliance.post import ADDED, ASA, WEDNESDAY, Post
from tests.support.one_service import bearer
from tests.support.waiting import until


def person(number: int, email: str | None, *, opted_out: bool, version: int = 1) -> Person:
    return Person(person_id=f"p{number}", version=version, email=email, email_opted_out=opted_out)


async def change(post: Post, *persons: Person) -> None:
    await post.running.world.say(PersonChanged(persons=persons), post.clock.now())
    await until(
        lambda: post.running.world.waiting_in("compliance.note-crm-opt-outs"), lambda waiting: waiting == 0
    )


async def test_F1_what_the_crm_says_is_opted_out_is_suppressed_once(post: Post) -> None:
    two_at_one_address = [
        person(1, " Asa.Lind@Example.org ", opted_out=True),
        person(2, ASA, opted_out=True),
        person(3, "bo.ek@example.org", opted_out=False),
        person(4, None, opted_out=True),
    ]
    await change(post, *two_at_one_address)
    added = await post.added()
    assert (added.address_hash, added.scope, added.reason) == (post.hash_of().hex(), "organisation", "crm")
    await change(post, person(1, ASA, opted_out=True, version=2))
    assert await post.running.world.waiting_in(ADDED) == 0
    assert await post.holding("bo.ek@example.org") == []


async def test_F1_the_crms_no_never_takes_an_opt_out_back(post: Post) -> None:
    await post.one_click(post.link())
    await change(post, person(1, ASA, opted_out=False, version=9))
    await change(post, person(2, "last@example.org", opted_out=True))
    await until(lambda: post.holding("last@example.org"))
    assert await post.holding() == [("organisation", "opted_out")]


async def test_D3_a_dead_address_gets_nothing_at_all(post: Post) -> None:
    failed = AddressFailed(
        address_hash=post.hash_of().hex(), person_ids=("p1",), at=WEDNESDAY, reply="550 5.1.1 unknown"
    )
    await post.running.world.say(failed, post.clock.now())
    added = await post.added()
    assert (added.scope, added.reason) == ("address", "dead_address")


async def test_B4_a_phone_that_answers_no_gets_no_texts_at_all(post: Post) -> None:
    number = phone_hash(post.settings.secret, "+46701740605").hex()
    await post.running.world.say(TextRefused(address_hash=number, at=WEDNESDAY), post.clock.now())
    added = await post.added()
    assert (added.address_hash, added.scope, added.reason) == (number, "address", "opted_out")


async def test_a_complaint_stops_everything_and_is_called_one(post: Post) -> None:
    failed = AddressFailed(
        address_hash=post.hash_of().hex(), person_ids=(), at=WEDNESDAY, reply="complaint", reason="complaint"
    )
    await post.running.world.say(failed, post.clock.now())
    added = await post.added()
    assert (added.scope, added.reason) == ("address", "complaint")
    await post.running.http.post(f"{post.link()}/undo")
    assert await post.holding() == [("address", "complaint")]


async def test_F1_an_opt_out_by_mail_is_that_of_the_link(post: Post) -> None:
    received = UnsubscribeReceived(address_hash=post.hash_of().hex(), at=WEDNESDAY, proof="tag")
    await post.running.world.say(received, post.clock.now())
    added = await post.added()
    assert (added.scope, added.reason) == ("organisation", "opted_out")
    await post.running.http.post(f"{post.link()}/undo")
    assert await post.holding() == []


async def test_a_message_repeated_a_hundred_times_has_one_effect(post: Post) -> None:
    message, at = PersonChanged(persons=(person(1, ASA, opted_out=True),)), post.clock.now()
    message_id = await post.running.world.say(message, at)
    for _ in range(99):
        await post.running.world.say(message, at, message_id=message_id)
    await post.added()
    queue = "compliance.note-crm-opt-outs"
    await until(lambda: post.running.world.waiting_in(queue), lambda waiting: waiting == 0)
    assert len((await post.known())["history"]) == 1


async def test_the_desk_opts_somebody_out_and_lifts_it_again(post: Post) -> None:
    answer = await post.post("/suppressions", {"address": "Asa.Lind@example.org", "scope": "unit:1281"})
    assert answer.status_code == 200
    assert answer.json()["address_hash"] == post.hash_of().hex()
    assert (await post.added()).reason == "desk"
    assert await post.holding() == [("unit:1281", "desk")]

    answer = await post.post("/suppressions/lift", {"address": ASA, "scope": "unit:1281"})
    assert (await post.lifted()).scope == "unit:1281"
    history = [(line["change"], line["by"]) for line in answer.json()["history"]]
    assert history == [("added", "desk@example.org"), ("lifted", "desk@example.org")]
    again = await post.post("/suppressions/lift", {"address": ASA, "scope": "unit:1281"})
    assert again.status_code == 404


async def test_F3_an_address_is_found_by_its_hash_and_stored_nowhere(post: Post) -> None:
    await post.post("/suppressions", {"address": ASA})
    by_hash = await post.running.get(f"/api/v1/suppressions?hash={post.hash_of().hex()}", post.desk)
    assert [item["scope"] for item in by_hash["suppressions"]] == ["organisation"]
    assert "asa.lind" not in await everything_stored(post)


async def everything_stored(post: Post) -> str:
    """The service's own tables as text. The answers kept for a day hold hashes too, never addresses."""
    database = Database(engine_for(post.settings.database_url, "compliance"))
    async with database.begin() as conn:
        names = (
            await conn.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'compliance'"))
        ).scalars()
        rows: list[Any] = []
        for name in list(names):
            rows += (await conn.execute(text(f'SELECT t::text FROM "{name}" t'))).scalars()
    await database.close()
    return "\n".join(rows)


async def test_F4_the_audit_can_be_added_to_and_not_changed(post: Post) -> None:
    await post.one_click(post.link())
    database = Database(engine_for(post.settings.database_url, "compliance"))
    for statement in (
        "UPDATE suppression_audit SET by = 'nobody'",
        "DELETE FROM suppression_audit",
        "TRUNCATE suppression_audit",
    ):
        with pytest.raises(DBAPIError, match="only added to"):
            async with database.begin() as conn:
                await conn.execute(text(statement))
    await database.close()


async def test_the_suppressions_that_hold_are_counted(post: Post) -> None:
    await post.one_click(post.link())
    await post.one_click(post.link("unit", "1281"))
    await post.one_click(post.link("unit", "1280"))
    await post.running.http.post(f"{post.link('unit', '1280')}/undo")
    await post.post("/suppressions", {"address": "bo.ek@example.org", "scope": "address"})
    counts = await post.running.get("/api/v1/suppressions/count", post.token("figures", "reader"))
    assert counts == {
        "total": 3,
        "by_scope": {"organisation": 1, "unit": 1, "address": 1},
        "by_reason": {"opted_out": 2, "desk": 1},
    }


@pytest.mark.parametrize("role", ["orderer", "reader", "member_contact"])
async def test_F4_only_the_desk_looks_addresses_up_and_changes_them(post: Post, role: Any) -> None:
    token = post.token("somebody", role)
    for path in ("/suppressions", "/suppressions/lift", "/suppressions/lookup"):
        assert (await post.post(path, {"address": ASA}, token)).status_code == 403
    by_hash = f"/api/v1/suppressions?hash={post.hash_of().hex()}"
    assert (await post.running.http.get(by_hash, headers=bearer(token))).status_code == 403
    assert (await post.running.http.get(by_hash)).status_code == 401


@pytest.mark.parametrize(
    "given", [{"address": "ingen"}, {"address": ASA, "scope": "allt"}, {"address": ASA, "scope": "unit:"}]
)
async def test_what_is_no_address_or_scope_is_refused(post: Post, given: dict[str, str]) -> None:
    answer = await post.post("/suppressions", given)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_service_says_that_it_is_ready(post: Post) -> None:
    assert set((await post.running.get("/health/ready"))["checks"].values()) == {"ok"}
