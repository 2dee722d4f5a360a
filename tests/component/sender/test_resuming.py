"""What a person's resuming of a provider hurries, and how long its blames are remembered."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.sender.adapters import leasing, providers
from services.sender.adapters.buckets import Asked, take
from services.sender.adapters.leasing import Leased, bare_connection
from services.sender.adapters.ledger import Told, exchange
from services.sender.adapters.providers import Restraints
from services.sender.domain.buckets import Limit, Period
from services.sender.domain.providers import Seen, notice
from services.sender.domain.replies import Reply, Stage, judge
from services.sender.use_cases.admit import Admission
from services.sender.use_cases.watch_providers import ForgetProviders
from shared.persistence.database import Database
from tests.component.sender.filling import fill, opened
from tests.component.sender.post_office import MORNING

NAME = "busy.example.org"
AN_HOUR = (Limit(10, Period.HOUR),)
DUE = """
SELECT split_part(m.address, '@', 1) FROM delivery JOIN mail m USING (mail_id)
WHERE due_at <= now() ORDER BY 1
"""


@pytest.fixture
async def database(sender_database: str) -> AsyncIterator[Database]:
    async with opened(sender_database) as found:
        yield found


async def answered(conn: Any, token: int, mail: Leased, code: int, text: str) -> None:
    """Begin a mail, and write what was answered to its recipient."""
    await exchange(conn, token, MORNING, [], [mail])
    verdict = judge(Reply(Stage.RECIPIENT, code, text), 1)
    await exchange(conn, token, MORNING, [Told(mail.mail_id, verdict)], [])


async def test_resuming_hurries_what_we_held_back_and_what_blamed_us(database: Database) -> None:
    names = ("blamed", "in-line", "later", "named", "paused")
    async with bare_connection(database) as conn:
        await fill(database, [f"{name}@{NAME}" for name in names])
        token = await leasing.register(conn, "test", 60)
        found = await leasing.take(conn, token, MORNING, letters=0, mailings=len(names))
        mails = {each.mail.to.address.partition("@")[0]: each for each in found}
        await answered(conn, token, mails["blamed"], 550, "5.7.26 This mail is unauthenticated")
        await answered(conn, token, mails["later"], 450, "4.2.1 Busy")
        await answered(conn, token, mails["named"], 451, "4.7.1 Greylisted, try again in 90 seconds")
        await Admission({}, Restraints(paused=frozenset({NAME}))).admit(conn, token, [mails["paused"]])
        await take(conn, [Asked(NAME, AN_HOUR, 10, 0)])
        await Admission({NAME: AN_HOUR}, Restraints()).admit(conn, token, [mails["in-line"]])
        assert await conn.fetch(DUE) == []
        async with database.begin() as session:
            await providers.hurry(session, NAME)
        assert [row[0] for row in await conn.fetch(DUE)] == ["blamed", "in-line", "paused"]


async def test_provider_that_blamed_us_today_is_not_forgotten(database: Database) -> None:
    for name, blames in ((NAME, (1,)), ("calm.example.org", ())):
        async with database.begin() as conn:
            await providers.lock(conn, [name])
            await conn.exec_driver_sql(
                "UPDATE provider SET changed_at = now() - interval '2 days', "
                "troubled_at = now() - interval '2 days'"
                f" WHERE name = '{name}'"
            )
            (known,), now = await providers.lock(conn, [name])
            await providers.keep(conn, notice(known, Seen(answers=10, seconds=1.0, blames=blames), now))
    await ForgetProviders(database)()
    async with database.begin() as conn:
        assert [each.name for each in await providers.all_known(conn)] == [NAME]
