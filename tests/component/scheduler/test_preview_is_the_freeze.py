"""A preview says what the freeze then does, when nothing happens in between."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import foresight, merge
from services.scheduler.adapters.order_counts import count_order
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.main import week_plan
from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases.foresee import Foresee
from services.scheduler.use_cases.freeze_edition import line_up, queue_of
from shared.persistence.database import Database, engine_for
from tests.component.scheduler import naive
from tests.component.scheduler.facts import Mails, World
from tests.component.scheduler.planning import SECRET, TUESDAY, WEDNESDAY
from tests.component.scheduler.worlds import CONDITIONED, settle, worlds

MANY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Before:
    """A database in which every example is rolled back."""

    database: Database
    plan: WeekPlan


@pytest.fixture(scope="module")
async def before(rolled_back_database: str) -> AsyncIterator[Before]:
    database = Database(engine_for(rolled_back_database, "scheduler", pool_size=1))
    yield Before(database, week_plan(SchedulerSettings(secret_key=SECRET)))
    await database.close()


@MANY
@given(world=worlds(most=(0, 1, 2)))
async def test_the_figures_of_a_preview_are_those_of_the_freeze(before: Before, world: World) -> None:
    foresee = Foresee(100_000, (), world.most)
    async with before.database.engine.connect() as conn, conn.begin() as transaction:
        edition = await settle(conn, world, before.plan)
        placed, day = await line_up(conn, edition, before.plan, TUESDAY)
        figures, seen = await foresee(conn, placed, day)
        order_nos, queue = [order.order_no for order in placed], queue_of(placed, world.most)
        frozen = await merge.freeze(conn, edition.edition_no, order_nos, day, queue)
        assert (figures.pairs, figures.mails) == (frozen.pairs, frozen.mails)
        by_order = dict(zip(order_nos, figures.orders, strict=True))
        assert {number: told.recipients for number, told in by_order.items()} == frozen.recipients
        excluded = {number: told.excluded for number, told in by_order.items() if told.excluded}
        assert excluded == frozen.excluded
        assert sum(seen.domains.values()) == sum(figures.by_sections.values()) == frozen.mails
        if figures.fullest:
            assert len(figures.fullest.order_ids) == max(figures.by_sections)
        await transaction.rollback()


@MANY
@given(world=worlds(most=(0, 1, 2)))
async def test_the_mails_of_a_preview_are_those_of_the_naive_model_in_pages_and_in_one(
    before: Before, world: World
) -> None:
    foresee = Foresee(100_000, (), world.most)
    async with before.database.engine.connect() as conn, conn.begin() as transaction:
        placed, day = await line_up(conn, await settle(conn, world, before.plan), before.plan, TUESDAY)
        lineup = foresee.lineup(placed, day)
        whole = [mail async for mail in foresight.all_mails(conn, lineup)]
        pages: list[foresight.NamedMail] = []
        after: int | None = 0
        while after is not None:
            found, after = await foresight.some_mails(conn, lineup, after=after, limit=2)
            pages += found
        assert pages == whole
        ids = {place: order.order_id for place, order in enumerate(placed, start=1)}
        expected, _ = naive.merge(world, WEDNESDAY)
        assert _as_naive(whole, ids) == expected
        await transaction.rollback()


@MANY
@given(world=worlds())
async def test_an_order_alone_is_what_the_freeze_does_with_it_alone(before: Before, world: World) -> None:
    await _compare_each_alone(before, world)


@MANY
@given(world=worlds(bases=("assignments", *CONDITIONED)))
async def test_so_is_an_order_with_conditions(before: Before, world: World) -> None:
    await _compare_each_alone(before, world)


async def _compare_each_alone(before: Before, world: World) -> None:
    async with before.database.engine.connect() as conn, conn.begin() as transaction:
        edition = await settle(conn, world, before.plan)
        placed, day = await line_up(conn, edition, before.plan, TUESDAY)
        for order in placed:
            alone = await foresight.foresee_order(conn, order.order_no, day)
            frozen = await merge.freeze(conn, edition.edition_no, [order.order_no], day)
            counted = await count_order(conn, order.order_no, day)
            assert (counted.recipients, counted.mails) == (frozen.pairs, frozen.mails)
            assert counted.excluded == frozen.excluded.get(order.order_no, {})
            assert len(alone.people) == len(set(alone.people)) == frozen.pairs
            assert alone.mails == frozen.mails
            assert alone.excluded == frozen.excluded.get(order.order_no, {})
            assert set(alone.people) == await _planned_for(conn, edition.edition_no)
        await transaction.rollback()


def _as_naive(mails: list[foresight.NamedMail], ids: dict[int, UUID]) -> Mails:
    return {
        mail.address: (
            mail.language,
            {
                reader.person_id: {ids[place]: roles for place, roles in reader.sections.items()}
                for reader in mail.readers
            },
        )
        for mail in mails
    }


async def _planned_for(conn: AsyncConnection, edition_no: int) -> set[int]:
    planned = text("SELECT DISTINCT unnest(persons) FROM planned_mail WHERE edition_no = :edition_no")
    return set((await conn.execute(planned, {"edition_no": edition_no})).scalars())
