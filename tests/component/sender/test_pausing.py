"""Editions are paused, resumed and stopped on their way."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from services.sender.adapters import flow, leasing
from services.sender.adapters.leasing import GivenBack, bare_connection
from services.sender.domain.flow import Flow, Ordered
from shared.contracts.message import Message
from shared.contracts.sender import DeliveryReported, PauseEdition, PlannedMail, ResumeEdition, StopEdition
from shared.persistence.database import Database
from tests.component.sender.filling import fill, opened, states
from tests.component.sender.post_office import EDITION, MORNING, PostOffice, edition, mail, section
from tests.support.one_service import bearer

OTHER = UUID("018f0000-0000-7000-8000-0000000000ff")
REASON = "Utskicket stoppades: Fel datum."
DEFERRED = """UPDATE delivery d SET state = 'deferred', deferrals = 1,
    deferred_since = now() + CAST(:since AS interval), due_at = now() + CAST(:due AS interval)
    FROM mail m WHERE m.mail_id = d.mail_id AND m.address = 'p1@example.org'"""
TEN_HOURS_LATER = """UPDATE delivery SET due_at = due_at - interval '10 hours',
    deferred_since = deferred_since - interval '10 hours'"""


def pause(sequence: int) -> PauseEdition:
    return PauseEdition(edition_id=EDITION, sequence=sequence)


def resume(sequence: int) -> ResumeEdition:
    return ResumeEdition(edition_id=EDITION, sequence=sequence)


def stop(sequence: int = 9) -> StopEdition:
    return StopEdition(edition_id=EDITION, sequence=sequence, reason="Fel datum.")


def in_state(state: str, also: str = "true") -> str:
    return (
        f"SELECT count(*) FROM delivery WHERE edition_id = '{EDITION}' "  # constants
        f"AND state = '{state}' AND {also}"
    )


async def tell(post_office: PostOffice, *messages: Message) -> None:
    """Say messages, each when the one before has been taken in: they come through different queues."""
    for message in messages:
        said = await post_office.running.world.say(message, post_office.clock.now())
        await post_office.becomes(f"SELECT count(*) FROM inbox WHERE message_id = '{said}'", 1)


async def at_hand(post_office: PostOffice, mails: Sequence[PlannedMail]) -> None:
    """Have mails in the hands of a worker whose relay is away."""
    post_office.sink.stop()
    await post_office.say(edition(section(1)))
    await post_office.hand_over(mails)
    await post_office.becomes(in_state("claimed"), len(mails))


def mails(count: int) -> list[PlannedMail]:
    return [mail(f"p{n}@example.org") for n in range(count)]


async def delivered_elsewhere(post_office: PostOffice) -> None:
    """Deliver another edition: whatever could leave before it has left when it has."""
    await post_office.say(edition(section(1), edition_id=OTHER))
    await post_office.hand_over([mail("other@example.org")], OTHER)
    await post_office.received_by("other@example.org")


async def reported(post_office: PostOffice, count: int) -> dict[UUID, tuple[str, str]]:
    told: dict[UUID, tuple[str, str]] = {}
    while len(told) < count:
        report = await post_office.running.world.hear("scheduler.note-outcomes", DeliveryReported)
        told |= {outcome.mail_id: (outcome.state, outcome.reply) for outcome in report.outcomes}
    return told


async def test_nothing_leaves_while_paused_and_all_of_it_after(post_office: PostOffice) -> None:
    await at_hand(post_office, mails(6))
    await tell(post_office, pause(1))
    assert await post_office.number(in_state("planned", "due_at = 'infinity'")) == 6, "out of the way"
    post_office.sink.start()
    await delivered_elsewhere(post_office)
    assert [each.recipients for each in post_office.received()] == [("other@example.org",)]
    await tell(post_office, resume(2))
    await post_office.becomes(in_state("accepted"), 6)
    assert len(post_office.received()) == 7


@pytest.mark.parametrize("said", [pause(1), stop(1)], ids=["pause", "stop"])
async def test_a_mail_that_is_just_being_begun_is_not_waited_for(
    post_office: PostOffice, said: Message
) -> None:
    """Else two transactions could wait for each other: the worker's, and this."""
    begun, *others = mails(4)
    await at_hand(post_office, [begun, *others])
    async with post_office.database.begin() as conn:
        await conn.execute(text("SELECT FROM delivery WHERE mail_id = :id FOR UPDATE"), {"id": begun.mail_id})
        await tell(post_office, said)
        assert await post_office.number(in_state("claimed")) == 1, "the others are taken back"


async def test_a_pause_that_comes_late_does_not_undo_a_resumption(post_office: PostOffice) -> None:
    await tell(post_office, pause(1), resume(4), pause(3), pause(1))
    await post_office.say(edition(section(1)))
    await post_office.hand_over(mails(1))
    await post_office.becomes(in_state("accepted"), 1)


async def test_what_comes_while_its_edition_is_paused_waits_as_well(post_office: PostOffice) -> None:
    await tell(post_office, pause(1))
    await post_office.hand_over(mails(2))
    await post_office.becomes(in_state("planned"), 2)
    await tell(post_office, edition(section(1)))
    await delivered_elsewhere(post_office)
    assert await post_office.number(in_state("planned")) == 2
    await tell(post_office, resume(2))
    await post_office.becomes(in_state("accepted"), 2)


async def test_an_edition_resumed_before_its_texts_waits_for_them(post_office: PostOffice) -> None:
    await post_office.hand_over(mails(1))
    await post_office.becomes(in_state("planned"), 1)
    await tell(post_office, pause(1), resume(2))
    assert await post_office.number(in_state("planned", "due_at = 'infinity'")) == 1
    await post_office.say(edition(section(1)))
    await post_office.becomes(in_state("accepted"), 1)


async def test_a_stop_concludes_what_has_not_begun_and_says_why(post_office: PostOffice) -> None:
    planned = mails(4)
    await at_hand(post_office, planned)
    await post_office.execute(
        "UPDATE delivery SET state = 'deferred', due_at = now() + interval '1 hour', lease_token = NULL "
        f"WHERE mail_id = '{planned[0].mail_id}'"
    )
    await tell(post_office, stop(), stop())
    assert await reported(post_office, 4) == {each.mail_id: ("suppressed", REASON) for each in planned}
    post_office.sink.start()
    await delivered_elsewhere(post_office)
    assert len(post_office.received()) == 1


@pytest.mark.parametrize("late", [pause(10), resume(11)], ids=["pause", "resume"])
async def test_what_comes_after_a_stop_is_concluded_whatever_else_is_said(
    post_office: PostOffice, late: Message
) -> None:
    await tell(post_office, stop(), late)
    planned = mails(2)
    await post_office.hand_over([*planned, mail("no address")])
    told = await reported(post_office, 3)
    assert [told[each.mail_id] for each in planned] == [("suppressed", REASON)] * 2
    assert await post_office.number(in_state("failed")) == 1


async def test_what_was_on_its_way_at_a_stop_ends_as_it_ends(post_office: PostOffice) -> None:
    lost, unsent = planned = mails(2)
    await at_hand(post_office, planned)
    await post_office.execute("UPDATE delivery SET state = 'submitting'")
    await tell(post_office, stop())
    assert await post_office.number(in_state("submitting")) == 2
    await post_office.execute(f"UPDATE delivery SET lease_token = -1 WHERE mail_id = '{lost.mail_id}'")
    await post_office.execute(
        "UPDATE delivery SET state = 'planned', due_at = now(), lease_token = NULL "
        f"WHERE mail_id = '{unsent.mail_id}'"
    )
    told = await reported(post_office, 2)
    assert told[unsent.mail_id] == ("suppressed", REASON), "it came back unsent"
    assert told[lost.mail_id][0] == "uncertain", "nobody knows, so it is not sent again"
    path = f"/api/v1/uncertain/{lost.mail_id}/resend"
    again = await post_office.running.http.post(path, headers=bearer(post_office.token()))
    assert again.status_code == 409
    assert "stopped" in again.json()["detail"]


async def test_a_mail_that_waited_to_be_sent_again_is_uncertain_after_a_stop(post_office: PostOffice) -> None:
    planned = mails(1)
    await at_hand(post_office, planned)
    await post_office.execute("UPDATE delivery SET uncertainties = 1")
    await tell(post_office, stop())
    state, reply = (await reported(post_office, 1))[planned[0].mail_id]
    assert state == "uncertain", "the relay may have it from the first time"
    assert reply == f"Ett tidigare försök kan ha kommit fram. {REASON}"


async def dues(database: Database) -> dict[str, timedelta]:
    """Return for how long each mail still waits."""
    async with database.begin() as conn:
        rows = await conn.execute(
            text(
                "SELECT address, due_at - now() AS wait FROM delivery JOIN mail USING (mail_id) "
                "WHERE due_at < 'infinity'"
            )
        )
        return {row.address: row.wait for row in rows}


async def test_a_pause_leaves_a_deferred_mail_the_time_that_its_server_named(sender_database: str) -> None:
    async with opened(sender_database) as database:
        await fill(database, ["p1@example.org", "p2@example.org"])
        async with database.begin() as conn:
            await conn.execute(text(DEFERRED), {"since": timedelta(), "due": timedelta(hours=20)})
            await flow.note(conn, EDITION, Ordered(Flow.PAUSED, 1))
            await flow.hold(conn, EDITION, MORNING)
        assert list(await dues(database)) == ["p1@example.org"]
        async with database.begin() as conn:
            await flow.note(conn, EDITION, Ordered(Flow.RUNNING, 2))
            await flow.let_go(conn, EDITION)
        after = await dues(database)
    assert timedelta(hours=19) < after["p1@example.org"] <= timedelta(hours=20)
    assert after["p2@example.org"] <= timedelta()


async def test_a_deferred_mail_that_a_worker_holds_does_not_begin_in_a_pause(sender_database: str) -> None:
    async with opened(sender_database) as database, bare_connection(database) as bare:
        await fill(database, ["p1@example.org"])
        async with database.begin() as conn:
            await conn.execute(text(DEFERRED), {"since": timedelta(hours=-1), "due": timedelta()})
        token = await leasing.register(bare, "test", 60)
        assert len(await leasing.take(bare, token, MORNING, letters=0, mailings=9)) == 1
        async with database.begin() as conn:
            await flow.note(conn, EDITION, Ordered(Flow.PAUSED, 1))
            await flow.hold(conn, EDITION, MORNING)
        assert await states(database) == {"planned": 1}
        assert await leasing.take(bare, token, MORNING, letters=0, mailings=9) == []


async def test_what_a_deferred_mail_waited_for_us_is_none_of_its_four_days(sender_database: str) -> None:
    """For a paused edition, a stopped sender, a limit or a paused provider."""
    async with opened(sender_database) as database, bare_connection(database) as conn:
        await fill(database, ["p1@example.org"])
        async with database.begin() as other:
            given = {"since": timedelta(days=-5), "due": timedelta(days=-5, hours=1)}
            await other.execute(text(DEFERRED), given)
        token = await leasing.register(conn, "test", 60)
        (late,) = await leasing.take(conn, token, MORNING, letters=0, mailings=9)
        assert timedelta(minutes=59) < late.waited < timedelta(minutes=61)
        await leasing.give_back(conn, token, [GivenBack(late.mail_id, timedelta(hours=10), "in line")])
        await conn.execute(TEN_HOURS_LATER)
        (again,) = await leasing.take(conn, token, MORNING, letters=0, mailings=9)
        assert timedelta(minutes=59) < again.waited < timedelta(minutes=61)
