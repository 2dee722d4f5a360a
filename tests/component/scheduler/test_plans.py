"""How the hot queries run at a million pairs: by an index where few rows matter, never row for row."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, merge, orders, overview, planned_mails, register
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.register import AssignmentRow, PersonRow
from services.scheduler.adapters.tables import metadata
from services.scheduler.domain.late_editions import Deadline
from services.scheduler.main import week_plan
from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases.explain import Explain
from services.scheduler.use_cases.foresee import Foresee
from services.scheduler.use_cases.freeze_edition import FreezeDue, line_up, queue_of
from services.scheduler.use_cases.hand_over import CHUNK
from services.scheduler.use_cases.release_edition import ReleaseDue
from services.scheduler.use_cases.send_batches import SendBatches
from services.scheduler.use_cases.withhold_mails import withhold_from, withhold_mails
from shared.clock import FixedClock
from shared.contracts.intake import Audience, Excluded
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database, engine_for
from tests.component.scheduler.million import ORDERS, PEOPLE, settle
from tests.component.scheduler.planning import CUTOFF, RELEASE, SECRET, WEDNESDAY, order
from tests.component.scheduler.plans import Plan, explained
from tests.support.databases import Databases

BIG = {"person", "mailbox", "assignment", "planned_mail", "exclusion"}
PLAN = week_plan(SchedulerSettings(secret_key=SECRET))
MANY_LOOPS = 20_000
"""Far below one for each of a million pairs or 300 000 people; more than one for each reader of a chunk."""


@dataclass
class Million:
    """An edition of a million pairs, released but not handed over, and how it came to that."""

    conn: AsyncConnection
    clock: FixedClock
    outbox: Outbox
    edition: Edition
    frozen: list[Plan]
    opted_out: list[Plan]
    released: list[Plan]

    @property
    def send(self) -> SendBatches:
        return SendBatches(self.outbox, self.clock, Deadline(PLAN, timedelta(hours=12)))


@pytest.fixture(scope="module")
async def million(databases: Databases, migrated_scheduler: str) -> AsyncIterator[Million]:
    url = await databases.create(template=migrated_scheduler)
    database = Database(engine_for(url, "scheduler", pool_size=1))
    chosen, clock = SchedulerSettings(secret_key=SECRET), FixedClock(CUTOFF)
    plan, outbox = week_plan(chosen), Outbox("scheduler", metadata, clock)
    async with database.begin() as conn:
        await settle(conn, plan)
    async with database.engine.connect() as conn:
        await (await conn.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))
    async with database.engine.connect() as conn:
        edition = (await editions.latest(conn, 1))[0]
        async with explained(conn) as frozen:
            await FreezeDue(database, outbox, clock, plan, chosen.park_after).freeze(conn, edition)
        await conn.commit()
        mailbox = await a_mailbox(conn)
        async with explained(conn) as opted_out:
            await withhold_from(conn, [mailbox], clock.now())
        await conn.commit()
        clock.set(RELEASE)
        edition = (await editions.latest(conn, 1))[0]
        async with explained(conn) as released:
            await ReleaseDue(database, outbox, clock, chosen.park_after, plan).release(conn, edition)
        await conn.commit()
        edition = (await editions.latest(conn, 1))[0]
        yield Million(conn, clock, outbox, edition, frozen, opted_out, released)
    await database.close()
    await databases.drop(url)


async def a_mailbox(conn: AsyncConnection) -> int:
    return int((await conn.execute(text("SELECT mailbox_key FROM planned_mail LIMIT 1"))).scalar_one())


@pytest.fixture
async def conn(million: Million) -> AsyncIterator[AsyncConnection]:
    """The edition's connection; what a test does there is undone."""
    yield million.conn
    await million.conn.rollback()


def assert_few(plans: list[Plan], most: int) -> None:
    """No table of people or mails was read from end to end, nor more than ``most`` rows by one statement."""
    assert plans
    for plan in plans:
        assert not plan.scanned() & BIG, plan
        assert plan.read() <= most, plan
        assert plan.most_looked_up() <= MANY_LOOPS, plan


def assert_once(plans: list[Plan]) -> None:
    """Tables were read once and not looked up row by row, and no step went through more than each person with
    each order: joins of what a statement made itself are by hash as well."""
    assert plans
    for plan in plans:
        assert plan.most_looked_up() <= MANY_LOOPS, plan
        assert plan.read() <= 12 * PEOPLE, plan
        assert plan.gone_through() <= ORDERS * PEOPLE, plan


def test_the_edition_is_of_a_million_pairs(million: Million) -> None:
    assert million.edition.pairs >= 1_000_000
    assert million.edition.mails >= 250_000


def test_an_opt_out_after_the_freeze_reads_its_own_mail_alone(million: Million) -> None:
    """Also before the database has looked at what the freeze wrote."""
    assert any("planned_mail" in plan.statement for plan in million.opted_out)
    assert_few(million.opted_out, 5000)


def test_neither_freeze_nor_release_goes_row_by_row(million: Million) -> None:
    """They read everything, once: joins by hash, nothing looked up for each row of another."""
    assert {"assignment", "person"} <= {name for plan in million.frozen for name in plan.scanned()}
    assert_once([*million.frozen, *million.released])


async def test_a_freeze_with_conditions_and_contact_pressure_goes_through_everything_once(
    million: Million, conn: AsyncConnection
) -> None:
    edition_no = million.edition.edition_no
    excluded = Excluded(regions=("Region 3",))
    audience = Audience(assignment_types=("type 0",), all_units=True, languages=("sv",), exclude=excluded)
    order_no = await orders.add(conn, order(audience=audience))
    assert order_no is not None
    await orders.join(conn, edition_no, order_no)
    placed, day = await line_up(conn, million.edition, PLAN, CUTOFF)
    async with explained(conn) as plans:
        order_nos = [each.order_no for each in placed]
        merged = await merge.freeze(conn, edition_no, order_nos, day, queue_of(placed, 5))
    assert merged.mails >= 250_000
    assert sum(reasons.get("contact_pressure", 0) for reasons in merged.excluded.values()) >= 100_000
    assert_once(plans)


async def test_a_forecast_of_the_whole_edition_goes_through_everything_once(
    million: Million, conn: AsyncConnection
) -> None:
    placed = await orders.on_edition(conn, million.edition.edition_no)
    async with explained(conn) as plans:
        await merge.forecast(conn, [order.order_no for order in placed], WEDNESDAY)
    assert len(placed) == ORDERS
    assert_once(plans)


async def test_a_chunk_of_the_hand_over_reads_its_own_mails_alone(
    million: Million, conn: AsyncConnection
) -> None:
    edition_no = million.edition.edition_no
    async with explained(conn) as plans:
        await editions.due_to_freeze(conn, RELEASE, RELEASE - timedelta(hours=12))
        await editions.due_to_release(conn, RELEASE, RELEASE - timedelta(hours=12))
        batches = await planned_mails.waiting(conn, edition_no, CHUNK)
        (mailboxes,) = planned_mails.ranges(batches)
        await withhold_mails(conn, million.edition, RELEASE, mailboxes)
        await million.send(conn, million.edition, batches)
        assert not await planned_mails.unanswered(conn, RELEASE - timedelta(minutes=5), RELEASE, 1)
        assert await planned_mails.any_waiting(conn, edition_no)
    assert sum(batch.mails for batch in batches) == CHUNK * 250
    assert_few(plans, 100_000)


async def test_sending_a_batch_again_reads_its_own_mails_alone(
    million: Million, conn: AsyncConnection
) -> None:
    edition_no = million.edition.edition_no
    for batch in await planned_mails.waiting(conn, edition_no, 1000):
        await planned_mails.note_handed(conn, batch, batch.mails, RELEASE)
    async with explained(conn) as plans:
        batches = await planned_mails.unanswered(conn, RELEASE + timedelta(minutes=6), RELEASE, 1)
        await million.send(conn, million.edition, batches)
        await planned_mails.note_recorded(conn, edition_no, batches[0].batch_no, RELEASE)
        keys = list(range(batches[0].first_mailbox, batches[0].last_mailbox))
        known = await planned_mails.locked_deliveries(conn, edition_no, keys)
        await planned_mails.note_deliveries(conn, edition_no, known)
    assert_few(plans, 50_000)


async def test_a_page_of_exclusions_and_an_answer_to_why_are_found_by_index(
    million: Million, conn: AsyncConnection
) -> None:
    edition_no = million.edition.edition_no
    placed = await orders.on_edition(conn, edition_no)
    async with explained(conn) as plans:
        after = (0, 0)
        for _ in range(3):
            page = await overview.exclusions(
                conn, edition_no, order_id=None, reason=None, after=after, limit=100
            )
            after = (page[-1].order_no, page[-1].person_key)
        await overview.exclusions(
            conn, edition_no, order_id=placed[-1].order_id, reason=None, after=(0, 0), limit=100
        )
        explain = Explain(
            FixedClock(CUTOFF), week_plan(SchedulerSettings(secret_key=SECRET)), Foresee(100_000, ())
        )
        planned = await explain(conn, placed[0].order_id, "p1")
        excluded = await explain(conn, placed[0].order_id, "p7")
    assert (planned.answer, excluded.answer) == ("planned", "excluded")
    assert_few(plans, 20_000)


async def test_that_somebody_was_not_named_is_known_from_one_look_at_the_editions_mails(
    million: Million, conn: AsyncConnection
) -> None:
    placed = await orders.on_edition(conn, million.edition.edition_no)
    async with explained(conn) as plans:
        explain = Explain(
            FixedClock(CUTOFF), week_plan(SchedulerSettings(secret_key=SECRET)), Foresee(100_000, ())
        )
        answer = await explain(conn, placed[3].order_id, "p1")
    assert answer.answer == "not_named"
    assert sum(plan.read() for plan in plans) <= 2 * PEOPLE


async def test_a_batch_of_500_from_the_crm_is_taken_in_by_index(
    million: Million, conn: AsyncConnection
) -> None:
    people = [PersonRow(f"p{n}", 2, "Ny", "sv", "missing") for n in range(1, 501)]
    held = [AssignmentRow(f"a{n}", 2, f"p{n}", f"u{n}", "type 3", None, None) for n in range(1, 501)]
    async with explained(conn) as plans:
        await register.copy_persons(conn, people)
        await register.copy_assignments(conn, held)
        await register.end_assignments(conn, [(row.assignment_id, 3) for row in held])
        await register.erase_persons(conn, [(row.person_id, 3) for row in people])
    assert_few(plans, 20_000)
