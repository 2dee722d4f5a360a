"""An order withdrawn between freeze and release: only the mails that hold it are merged anew."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from services.scheduler.adapters import editions, orders
from shared.contracts.intake import Audience, OrderWithdrawn
from shared.persistence.database import Database, engine_for
from tests.component.scheduler.planning import RELEASE, Planning, assignment, duty, order, person, unit

ROWS = text(
    "SELECT email, CAST(planned_mail.xmin AS text) AS version, planned_mail.state, "
    "cardinality(persons) AS entries "
    "FROM planned_mail JOIN (SELECT mailbox_key, address AS email FROM mailbox) AS m USING (mailbox_key)"
)


async def mails(planning: Planning) -> dict[str, Any]:
    """Return each planned mail by its address, with the version of its row."""
    database = Database(engine_for(planning.settings.database_url, "scheduler", pool_size=1))
    async with database.begin() as conn:
        rows = {row.email.partition("@")[0]: row for row in await conn.execute(ROWS)}
    await database.close()
    return rows


async def test_a_late_withdrawal_touches_the_mails_that_hold_the_order_and_no_other(
    planning: Planning,
) -> None:
    await planning.knows(
        [person(n) for n in (1, 2, 3)],
        [unit(1)],
        [
            assignment(1, 1, 1),
            assignment(2, 2, 1, "kassör"),
            assignment(3, 3, 1),
            assignment(4, 3, 1, "kassör"),
        ],
    )
    stays = duty()
    goes = order(title="Bokslut", audience=Audience(assignment_types=("kassör",), all_units=True))
    placed = await planning.places(stays)
    await planning.places(goes)
    assert (await planning.freezes()).mails == 3
    before = await mails(planning)
    await planning.tells("withdraw-order", OrderWithdrawn(order_id=goes.order_id, reason="Fel siffror."))

    released = await planning.releases(RELEASE)
    after = await mails(planning)
    assert after["person1"] == before["person1"], "not so much as written again"
    assert (after["person2"].state, after["person2"].entries) == ("suppressed", 0)
    assert (after["person3"].state, after["person3"].entries) == ("planned", 1)
    batch = await planning.hands_over()
    assert {mail.address: set(mail.readers[0].sections) for mail in batch.mails} == {
        "person1@example.org": {1},
        "person3@example.org": {1},
    }
    assert released.order_ids == (stays.order_id,), "the withdrawn order did not leave"
    excluded = (await planning.get(f"/editions/{placed.edition_id}/exclusions"))["exclusions"]
    assert [(each["person_id"], each["reason"], each["order_id"]) for each in excluded] == [
        (who, "withdrawn", str(goes.order_id)) for who in ("p2", "p3")
    ]


async def test_a_withdrawal_that_met_the_release_came_after_it_whatever_the_clocks_say(
    planning: Planning,
) -> None:
    await planning.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
    goes = order()
    edition_id = (await planning.places(goes)).edition_id
    await planning.freezes()
    assert (await planning.releases(RELEASE)).order_ids == (goes.order_id,)
    planning.clock.set(RELEASE - timedelta(seconds=1))
    await planning.tells("withdraw-order", OrderWithdrawn(order_id=goes.order_id, reason="Fel siffror."))
    database = Database(engine_for(planning.settings.database_url, "scheduler", pool_size=1))
    async with database.begin() as conn:
        edition = await editions.by_id(conn, edition_id)
        assert edition is not None
        assert await orders.leaving(conn, edition.edition_no) == [goes.order_id]
    await database.close()


async def test_what_was_withdrawn_before_it_came_is_told_as_withdrawn(planning: Planning) -> None:
    await planning.knows([person(1)])
    goes = order()
    await planning.tells("withdraw-order", OrderWithdrawn(order_id=goes.order_id, reason="Inställt"))
    await planning.tells("place-order", goes)
    told = await planning.get(f"/orders/{goes.order_id}/people/p1")
    assert (told["answer"], told["reason"], told["edition_id"]) == ("excluded", "withdrawn", None)
