"""A stop that meets trouble: no mail leaves without its intent, and none that did not leave is in doubt."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from services.sender.adapters import leasing
from services.sender.adapters.leasing import Leased, bare_connection
from services.sender.adapters.ledger import Told
from services.sender.domain.replies import Verdict
from services.sender.domain.states import Input
from services.sender.use_cases import deliver
from services.sender.use_cases.group_commit import GroupCommit
from services.sender.use_cases.sweep_ledger import SweepLedger
from shared.clock import SystemClock
from shared.persistence.database import Database
from tests.component.sender.filling import delivering, fill, opened, states
from tests.component.sender.gate import gate_to
from tests.component.sender.post_office import MORNING
from tests.component.sender.scripted_relay import ScriptedRelay, listening
from tests.support.waiting import until

NO_INTENTS = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '57P03'; END $$;
CREATE TRIGGER no_intents BEFORE UPDATE ON delivery FOR EACH ROW WHEN (NEW.state = 'submitting')
    EXECUTE FUNCTION refuse();
"""
CONNECTIONS = 4
AGAIN = "DROP TRIGGER no_intents ON delivery"


async def execute(database: Database, statements: str) -> None:
    async with bare_connection(database) as conn:
        await conn.execute(statements)


@asynccontextmanager
async def committing(database: Database) -> AsyncIterator[tuple[GroupCommit, list[Leased]]]:
    """A worker's commits, and two mails that it holds."""
    await fill(database, ["anna@example.org", "bo@example.org"])
    async with bare_connection(database) as conn:
        token = await leasing.register(conn, "test", 60)
        leased = await leasing.take(conn, token, MORNING, letters=0, mailings=2)
    commits = GroupCommit(database, SystemClock(), token)
    serving = asyncio.create_task(commits.run())
    try:
        yield commits, leased
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def test_intent_of_a_connection_that_was_given_up_is_not_written(sender_database: str) -> None:
    async with opened(sender_database) as database, committing(database) as (commits, (first, second)):
        assert await commits.exchange([], first)
        await execute(database, NO_INTENTS)
        sent = Told(first.mail_id, Verdict(Input.ACCEPT, reply="250 Ok"))
        with capture_logs() as logs:
            asking = asyncio.create_task(commits.exchange([sent], second))

            async def failed() -> bool:
                return any(each["event"] == "database_away" for each in logs)

            await until(failed)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await execute(database, AGAIN)
        await commits.exchange([], None)
        assert await states(database) == {"accepted": 1, "claimed": 1}


async def test_intent_that_was_written_for_nobody_is_taken_back(sender_database: str) -> None:
    async with opened(sender_database) as database, committing(database) as (commits, (first, _)):
        async with database.begin() as holding:
            await holding.exec_driver_sql("SELECT FROM delivery FOR UPDATE")
            asking = asyncio.create_task(commits.exchange([], first))
            await until(lambda: blocked(database))
            asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await commits.exchange([], None)
        assert await states(database) == {"claimed": 1, "planned": 1}


async def blocked(database: Database) -> int:
    async with bare_connection(database) as conn:
        return int(await conn.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))


@asynccontextmanager
async def stopped_in_trouble(database_url: str, relay: ScriptedRelay, folder: Path) -> AsyncIterator[None]:
    """Deliver some mails, let something happen, and stop, which says that it did not end well."""
    with pytest.raises((ExceptionGroup, OSError)):  # noqa: PT012  # what raises is the end of it
        async with asyncio.timeout(20), delivering(database_url, relay.url, folder):
            await relay.gets(50)
            yield


async def test_stop_that_meets_a_failing_commit_leaves_no_mail_in_doubt(
    sender_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "STOP_SECONDS", 1.0)
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(database, [f"p{n}@example.org" for n in range(3000)])
        async with stopped_in_trouble(sender_database, relay, tmp_path):
            await execute(database, NO_INTENTS)
        ended = await states(database)
    assert ended == {"accepted": len(relay.recipients), "planned": 3000 - len(relay.recipients)}
    assert set(Counter(relay.recipients).values()) == {1}


async def test_stop_is_heeded_while_the_database_is_away(
    sender_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the process that comes after it delivers the rest, with what was in doubt once more."""
    monkeypatch.setattr(deliver, "STOP_SECONDS", 0.5)
    monkeypatch.setattr(deliver, "RELEASE_SECONDS", 0.5)
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(database, [f"p{n}@example.org" for n in range(500)])
        async with gate_to(sender_database) as gate, stopped_in_trouble(gate.url, relay, tmp_path):
            gate.shut()
        known = (await states(database)).get("accepted", 0)
        assert 0 <= len(relay.recipients) - known <= CONNECTIONS
        await execute(database, "DELETE FROM lease")
        async with delivering(sender_database, relay.url, tmp_path):
            await until(lambda: swept(database), lambda ends: ends == {"accepted": 500})
    assert len(set(relay.recipients)) == 500
    assert len(relay.recipients) <= 500 + CONNECTIONS


async def swept(database: Database) -> dict[str, int]:
    await SweepLedger(database, SystemClock(), timedelta(), resend=True)()
    return await states(database)
