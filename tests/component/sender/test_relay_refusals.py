"""A relay is judged by all its answers; what it refuses of its own accord costs no recipient anything."""

from pathlib import Path

import pytest

from services.sender.adapters import route
from services.sender.use_cases import deliver
from shared.persistence.database import Database
from tests.component.sender.filling import delivering, fill, opened, states
from tests.component.sender.scripted_relay import ScriptedRelay, listening
from tests.support.waiting import until

FULL = "452 4.3.1 Insufficient system storage"
NOT_YOU = "550 5.7.1 Not you"
NOT_FROM_THERE = "554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied"


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "SHORTEST_REST", 0.02)
    monkeypatch.setattr(deliver, "LOOK_SECONDS", 0.1)


async def flow(database: Database, name: str) -> str:
    async with database.begin() as conn:
        found = await conn.exec_driver_sql(f"SELECT flow FROM provider WHERE name = '{name}'")
        return found.scalar_one_or_none() or "flowing"


async def put_off(database: Database) -> int:
    async with database.begin() as conn:
        found = await conn.exec_driver_sql("SELECT count(*) FROM delivery WHERE deferrals > 0")
        return int(found.scalar_one())


async def hurried(database: Database) -> dict[str, int]:
    """Return the states, with what is planned due now."""
    async with database.begin() as conn:
        await conn.exec_driver_sql("UPDATE delivery SET due_at = now() WHERE state = 'planned'")
    return await states(database)


@pytest.mark.parametrize("said", [FULL, NOT_YOU])
async def test_relay_that_refuses_one_mail_of_fifty_is_neither_slowed_nor_paused(
    said: str, sender_database: str, tmp_path: Path
) -> None:
    relay = ScriptedRelay(answer=lambda given, n: said if given == "MAIL" and n % 50 == 49 else None)
    flows = set()
    async with opened(sender_database) as database, listening(relay):
        await fill(database, [f"p{n}@example.org" for n in range(1000)])
        async with delivering(sender_database, relay.url, tmp_path):

            async def ends() -> dict[str, int]:
                flows.add(await flow(database, relay.url.removeprefix("smtp://")))
                return await hurried(database)

            await until(ends, lambda seen: seen == {"accepted": 1000}, seconds=30)
        assert await put_off(database) == 0
    assert flows == {"flowing"}


async def test_relay_that_refuses_us_is_paused_and_nobody_is_put_off(
    sender_database: str, tmp_path: Path
) -> None:
    relay = ScriptedRelay(answer=lambda given, _: NOT_YOU if given == "MAIL" else None)
    async with opened(sender_database) as database, listening(relay):
        await fill(database, [f"p{n}@example.org" for n in range(40)])
        async with delivering(sender_database, relay.url, tmp_path):
            name = relay.url.removeprefix("smtp://")
            await until(lambda: flow(database, name), lambda seen: seen == "paused")
        assert await states(database) == {"planned": 40}
        assert await put_off(database) == 0


@pytest.mark.parametrize("said", [FULL, NOT_YOU])
async def test_other_relay_takes_over_from_one_that_refuses(
    said: str, sender_database: str, tmp_path: Path
) -> None:
    refusing = ScriptedRelay(answer=lambda given, _: said if given == "MAIL" else None)
    async with opened(sender_database) as database, listening(refusing), listening(ScriptedRelay()) as good:
        await fill(database, [f"p{n}@example.org" for n in range(40)])
        async with delivering(sender_database, f"{refusing.url}?weight=9,{good.url}", tmp_path):
            await until(lambda: hurried(database), lambda seen: seen == {"accepted": 40})
        assert await put_off(database) == 0
    assert (len(refusing.recipients), len(good.recipients)) == (0, 40)


async def test_relay_that_refuses_us_when_the_recipients_are_named_is_paused_and_not_their_providers(
    sender_database: str, tmp_path: Path
) -> None:
    relay = ScriptedRelay(answer=lambda given, _: NOT_FROM_THERE if given == "RCPT" else None)
    async with opened(sender_database) as database, listening(relay):
        await fill(database, [f"p{n}@{n}.example.org" for n in range(40)])
        async with delivering(sender_database, relay.url, tmp_path):
            name = relay.url.removeprefix("smtp://")
            await until(lambda: flow(database, name), lambda seen: seen == "paused")
        assert await states(database) == {"planned": 38, "deferred": 2}


async def test_other_relay_takes_over_from_one_that_refuses_when_the_recipients_are_named(
    sender_database: str, tmp_path: Path
) -> None:
    refusing = ScriptedRelay(answer=lambda given, _: NOT_FROM_THERE if given == "RCPT" else None)
    async with opened(sender_database) as database, listening(refusing), listening(ScriptedRelay()) as good:
        await fill(database, [f"p{n}@{n}.example.org" for n in range(40)])
        async with delivering(sender_database, f"{refusing.url}?weight=9,{good.url}", tmp_path):
            await until(lambda: hurried(database), lambda seen: seen == {"accepted": 38, "deferred": 2})
    assert len(good.recipients) == 38
