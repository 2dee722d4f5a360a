"""The bus when something dies: the process, the broker, the database."""

import asyncio
import subprocess
import sys
from pathlib import Path

from deploy.local.broker import PrivateBroker
from deploy.local.postgres import PrivatePostgres
from tests.support.probe import create_tables, probe, units
from tests.support.waiting import until

ROOT = Path(__file__).parents[3]
MESSAGES = 150


async def test_messages_of_a_process_killed_between_commit_and_publish_still_arrive(
    fresh_database: str, fresh_vhost: str
) -> None:
    await create_tables(fresh_database)
    talker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.talker", fresh_database, "5"), cwd=ROOT, stdout=subprocess.PIPE
    )
    assert talker.stdout is not None
    committed = [await talker.stdout.readline() for _ in range(5)]
    talker.kill()
    await talker.communicate()
    assert committed == [b"%d\n" % number for number in range(5)]
    async with probe(fresh_database, fresh_vhost) as survivor:
        seen = await until(survivor.effects, lambda effects: len(effects) == 5)
        await until(survivor.waiting, lambda rows: rows == 0)
    assert sorted(seen) == [f"said-{number}" for number in range(5)]


async def test_a_broker_restarted_under_load_loses_nothing(
    fresh_database: str, own_broker: PrivateBroker
) -> None:
    await create_tables(fresh_database)
    async with probe(fresh_database, own_broker.amqp_url, consumers=2) as one:

        async def load() -> None:
            for number in range(MESSAGES):
                await one.say(units(f"n-{number}"))

        loading = asyncio.create_task(load())
        await until(one.effects, lambda effects: len(effects) >= 10)
        await asyncio.to_thread(own_broker.stop)
        await asyncio.to_thread(own_broker.start)
        await loading
        seen = await until(one.effects, lambda effects: len(effects) >= MESSAGES, seconds=90)
        await until(one.waiting, lambda rows: rows == 0)
    assert sorted(seen) == sorted(f"n-{number}" for number in range(MESSAGES))


async def test_a_broker_killed_under_load_loses_nothing(
    fresh_database: str, own_broker: PrivateBroker
) -> None:
    await create_tables(fresh_database)
    async with probe(fresh_database, own_broker.amqp_url, consumers=2) as one:
        for number in range(MESSAGES):
            await one.say(units(f"n-{number}"))
        await until(one.effects, lambda effects: len(effects) >= 10)
        await asyncio.to_thread(own_broker.kill)
        await asyncio.to_thread(own_broker.start)
        seen = await until(one.effects, lambda effects: len(effects) >= MESSAGES, seconds=90)
        await until(one.waiting, lambda rows: rows == 0)
    assert sorted(seen) == sorted(f"n-{number}" for number in range(MESSAGES))


async def test_a_database_killed_under_load_loses_nothing_and_buries_nothing(
    own_postgres: PrivatePostgres, fresh_vhost: str
) -> None:
    await create_tables(own_postgres.url)
    async with probe(own_postgres.url, fresh_vhost, consumers=2) as one:
        for number in range(MESSAGES):
            await one.say(units(f"n-{number}"))
        await until(one.effects, lambda effects: len(effects) >= 10)
        await asyncio.to_thread(own_postgres.kill)
        await asyncio.to_thread(own_postgres.start)
        seen = await until(one.effects, lambda effects: len(effects) >= MESSAGES, seconds=90)
    assert sorted(seen) == sorted(f"n-{number}" for number in range(MESSAGES))
