"""The merge against a naive model: every entitled recipient of every order exactly once, in one mail."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, forgetting, merge, orders, planned_mails, register
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.register import PersonRow
from services.scheduler.adapters.tables import metadata
from services.scheduler.domain.editions import EditionInput
from services.scheduler.domain.late_editions import Deadline
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.main import week_plan
from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases.freeze_edition import FreezeDue, line_up, queue_of
from services.scheduler.use_cases.release_edition import ReleaseDue
from services.scheduler.use_cases.send_batches import SendBatches
from shared.clock import FixedClock
from shared.contracts.intake import Audience
from shared.contracts.sender import DeliverBatch, PlannedMail, PrepareEdition
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database, engine_for
from tests.component.scheduler import naive
from tests.component.scheduler.facts import (
    Excluded,
    Holds,
    Mails,
    Ordered,
    Where,
    Who,
    World,
    pairs,
)
from tests.component.scheduler.planning import RELEASE, SECRET, TUESDAY, WEDNESDAY
from tests.component.scheduler.worlds import KINDS, ordered, place, settle, some_names, stop, stops, worlds

NEXT = WEDNESDAY + timedelta(weeks=1)
MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Bench:
    """The use cases on a database, without a bus. Whatever an example does is rolled back."""

    database: Database
    outbox: Outbox
    clock: FixedClock
    plan: WeekPlan

    async def freeze(self, conn: AsyncConnection, edition: Edition, most: int = 0) -> Edition:
        chosen = SchedulerSettings(secret_key=SECRET)
        freeze = FreezeDue(self.database, self.outbox, self.clock, self.plan, chosen.park_after, most)
        await freeze.freeze(conn, edition)
        return await editions.by_no(conn, edition.edition_no)

    async def release(self, conn: AsyncConnection, edition: Edition) -> None:
        chosen, clock = SchedulerSettings(secret_key=SECRET), FixedClock(edition.release_at)
        release = ReleaseDue(self.database, self.outbox, clock, chosen.park_after, self.plan)
        await release.release(conn, edition)
        batches = await planned_mails.waiting(conn, edition.edition_no, 100)
        send = SendBatches(self.outbox, clock, Deadline(self.plan, chosen.park_after))
        await send(conn, edition, batches)


@pytest.fixture(scope="module")
async def bench(rolled_back_database: str) -> AsyncIterator[Bench]:
    clock = FixedClock(TUESDAY)
    plan = week_plan(SchedulerSettings(secret_key=SECRET))
    database = Database(engine_for(rolled_back_database, "scheduler", pool_size=1))
    yield Bench(database, Outbox("scheduler", metadata, clock), clock, plan)
    await database.close()


async def excluded_in(conn: AsyncConnection, *, later: bool = False, wednesday: date = WEDNESDAY) -> Excluded:
    rows = await conn.execute(
        text(
            "SELECT order_id, person_id, reason FROM exclusion JOIN orders USING (order_no) "
            "JOIN person USING (person_key) JOIN edition USING (edition_no) "
            "WHERE wednesday = :wednesday AND (after_freeze OR NOT :later)"
        ),
        {"later": later, "wednesday": wednesday},
    )
    return {(order_id, person_id): reason for order_id, person_id, reason in rows}


async def handed_over(
    conn: AsyncConnection, edition: Edition
) -> tuple[PrepareEdition | None, list[PlannedMail]]:
    """Return what the outbox holds for the sender, of one edition."""
    prepared: PrepareEdition | None = None
    mails: list[PlannedMail] = []
    for payload in (await conn.execute(text("SELECT payload FROM scheduler_outbox ORDER BY id"))).scalars():
        envelope = json.loads(payload)
        if envelope["data"].get("edition_id") != str(edition.edition_id):
            continue
        if envelope["type"] == PrepareEdition.TYPE:
            prepared = PrepareEdition.model_validate(envelope["data"])
        if envelope["type"] == DeliverBatch.TYPE:
            mails += DeliverBatch.model_validate(envelope["data"]).mails
    return prepared, mails


def as_mails(prepared: PrepareEdition | None, mails: list[PlannedMail]) -> Mails:
    order_at = {s.position: s.order_id for s in prepared.sections} if prepared else {}
    return {
        mail.address: (
            mail.language,
            {
                reader.person_id: {order_at[place]: roles for place, roles in reader.sections.items()}
                for reader in mail.readers
            },
        )
        for mail in mails
    }


@MANY
@given(world=worlds(most=(0, 0, 1, 2)))
async def test_everyone_entitled_gets_every_order_exactly_once_and_nobody_else_does(
    bench: Bench, world: World
) -> None:
    mails, excluded = naive.merge(world, WEDNESDAY)
    async with bench.database.engine.connect() as conn, conn.begin() as transaction:
        edition = await bench.freeze(conn, await settle(conn, world, bench.plan), world.most)
        assert await excluded_in(conn) == excluded
        assert edition.pairs == sum(len(o) for _, people in mails.values() for o in people.values())
        assert edition.mails == len(mails)
        await bench.release(conn, edition)
        prepared, sent = await handed_over(conn, edition)
        assert len({mail.address for mail in sent}) == len(sent), "one mail for each address"
        assert len({mail.mail_id for mail in sent}) == len(sent)
        assert as_mails(prepared, sent) == mails
        if prepared:
            assert [section.order_id for section in prepared.sections] == [
                order.order_id for order in naive.in_order(world)
            ]
            assert prepared.mails == len(mails)
        await transaction.rollback()


@MANY
@given(world=worlds(most=(0, 1)))
async def test_a_forecast_is_what_the_freeze_then_does(bench: Bench, world: World) -> None:
    async with bench.database.engine.connect() as conn, conn.begin() as transaction:
        edition = await settle(conn, world, bench.plan)
        placed, day = await line_up(conn, edition, bench.plan, TUESDAY)
        order_nos, queue = [order.order_no for order in placed], queue_of(placed, world.most)
        foreseen = await merge.forecast(conn, order_nos, day, queue)
        assert await merge.freeze(conn, edition.edition_no, order_nos, day, queue) == foreseen
        await transaction.rollback()


@MANY
@given(
    world=worlds(), erased=some_names, stopped=stops, withdrawn=st.frozensets(st.integers(0, 4), max_size=2)
)
async def test_what_happens_after_the_freeze_is_obeyed_at_the_hand_over(
    bench: Bench,
    world: World,
    erased: frozenset[str],
    stopped: frozenset[tuple[str, str]],
    withdrawn: frozenset[int],
) -> None:
    gone = frozenset(o.order_id for n, o in enumerate(world.orders) if n in withdrawn and not o.withdrawn)
    before, _ = naive.merge(world, WEDNESDAY)
    after, lost = naive.take_back(world.changed(erased, gone, stopped), before)
    async with bench.database.engine.connect() as conn, conn.begin() as transaction:
        edition = await bench.freeze(conn, await settle(conn, world, bench.plan))
        await stop(conn, stopped)
        await register.erase_persons(conn, [(name, 3) for name in erased])
        for order_id in gone:
            await orders.withdraw(conn, order_id, "", TUESDAY)
        await bench.release(conn, edition)
        assert as_mails(*await handed_over(conn, edition)) == after
        assert await excluded_in(conn, later=True) == lost, "nothing vanishes without a reason"
        await transaction.rollback()


@MANY
@given(
    world=worlds(most=(1, 2)),
    erased=some_names,
    withdrawn=st.frozensets(st.integers(0, 4), max_size=1),
    new=st.lists(ordered(10), max_size=1),
)
async def test_D2_what_was_too_much_goes_a_week_later_or_is_told_why_not(
    bench: Bench, world: World, erased: frozenset[str], withdrawn: frozenset[int], new: list[Ordered]
) -> None:
    gone = frozenset(o.order_id for n, o in enumerate(world.orders) if n in withdrawn and not o.withdrawn)
    _, excluded = naive.merge(world, WEDNESDAY)
    moved = {pair for pair, why in excluded.items() if why == "contact_pressure" and pair[0] not in gone}
    waiting = {order_id for order_id, _ in moved}
    later = replace(
        world.changed(erased),
        orders=(*(carry(order, moved) for order in world.orders if order.order_id in waiting), *new),
    )
    mails, told = naive.merge(later, NEXT)
    assert moved <= set(told) | pairs(mails), "nobody for whom something was moved is forgotten"
    async with bench.database.engine.connect() as conn, conn.begin() as transaction:
        edition = await bench.freeze(conn, await settle(conn, world, bench.plan, later=new), world.most)
        for order_id in gone:
            await orders.withdraw(conn, order_id, "", TUESDAY)
        await bench.release(conn, edition)
        await register.erase_persons(conn, [(name, 3) for name in erased])
        following = await editions.opened(conn, NEXT, bench.plan, TUESDAY)
        for order in new:
            await place(conn, order, following)
        following = await bench.freeze(conn, following, world.most)
        assert await excluded_in(conn, wednesday=NEXT) == told
        await bench.release(conn, following)
        assert as_mails(*await handed_over(conn, following)) == mails
        await transaction.rollback()


async def test_an_address_is_kept_as_long_as_an_edition_that_is_held_needs_it(bench: Bench) -> None:
    """Its owner has another one by now; what was decided goes where it was decided."""
    order = Ordered(UUID(int=1), "u0", "duty", TUESDAY, Audience(assignment_types=KINDS, all_units=True))
    world = World(
        people=(Who("p0", "old@example.org"),),
        places=(Where("u0", "Skåne"),),
        held=(Holds("p0", "u0", KINDS[0]),),
        orders=(order,),
    )
    async with bench.database.engine.connect() as conn, conn.begin() as transaction:
        edition = await bench.freeze(conn, await settle(conn, world, bench.plan))
        await editions.move(conn, edition, EditionInput.PAUSE, TUESDAY)
        await register.copy_persons(conn, [PersonRow("p0", 2, "p0", "sv", "missing")])
        await forgetting.forget_addresses(conn)
        held = await editions.by_no(conn, edition.edition_no)
        await editions.move(conn, held, EditionInput.RESUME, TUESDAY)
        await bench.release(conn, await editions.by_no(conn, edition.edition_no))
        _, sent = await handed_over(conn, edition)
        assert [mail.address for mail in sent] == ["old@example.org"]
        await transaction.rollback()


def carry(order: Ordered, moved: set[tuple[UUID, str]]) -> Ordered:
    return replace(order, weeks=1, carried=frozenset(name for each, name in moved if each == order.order_id))


def test_the_moment_of_release_is_that_of_the_tests() -> None:
    assert week_plan(SchedulerSettings(secret_key=SECRET)).release_at(WEDNESDAY) == RELEASE
