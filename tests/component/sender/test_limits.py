"""Limits are kept by all processes together, one-to-one mail goes first, and editions share."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic
from uuid import UUID

from services.sender.adapters import buckets, leasing
from services.sender.adapters.buckets import Asked, Unused
from services.sender.adapters.leasing import bare_connection
from services.sender.adapters.providers import Restraints
from services.sender.domain.buckets import Limit, Period
from services.sender.use_cases.admit import Admission
from services.sender.use_cases.watch_providers import ForgetProviders
from shared.persistence.database import Database
from tests.component.sender.filling import delivering, fill, opened, states
from tests.component.sender.post_office import EDITION, MORNING
from tests.component.sender.scripted_relay import ScriptedRelay, listening
from tests.support.waiting import until

OTHER = UUID("018f0000-0000-7000-8000-00000000000f")


async def accepted(database: Database) -> int:
    return (await states(database)).get("accepted", 0)


async def test_two_processes_keep_the_limit_of_a_domain_together(
    sender_database: str, tmp_path: Path
) -> None:
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(
            database, [f"p{n}@{domain}" for n in range(100) for domain in ("gmail.com", "example.org")]
        )
        async with AsyncExitStack() as both:
            for _ in range(2):
                running = delivering(
                    sender_database, relay.url, tmp_path, domain_limits="googlemail.com=30/hour"
                )
                await both.enter_async_context(running)
            await until(lambda: accepted(database), lambda count: count == 127)
    to_google = [address for address in relay.recipients if address.endswith("@gmail.com")]
    assert len(to_google) == 27  # a tenth is left to one-to-one mail
    assert await waiting(sender_database) == {"in line for google"}


async def waiting(database_url: str) -> set[str]:
    async with opened(database_url) as database, database.begin() as conn:
        rows = await conn.exec_driver_sql(
            "SELECT DISTINCT reply FROM delivery WHERE state = 'planned' AND due_at > now()"
        )
        return set(rows.scalars())


async def test_limit_of_a_relay_is_kept_and_what_is_unused_is_put_back(
    sender_database: str, tmp_path: Path
) -> None:
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(database, [f"p{n}@example.org" for n in range(5)])
        url = f"{relay.url}?limit=50/day"
        async with delivering(sender_database, url, tmp_path):
            await until(lambda: accepted(database), lambda count: count == 5)
        assert await tokens(database) == 45
        await fill(database, [f"q{n}@example.org" for n in range(60)], OTHER)
        async with delivering(sender_database, url, tmp_path):
            await until(lambda: tokens(database), lambda left: left == 5)
            await until(lambda: accepted(database), lambda count: count == 45)
    assert len(relay.recipients) == 45


async def test_what_could_not_begin_costs_no_token_of_its_provider(
    sender_database: str, tmp_path: Path
) -> None:
    async with listening(ScriptedRelay()) as relay:
        pass  # and is away
    async with opened(sender_database) as database:
        await fill(database, [f"p{n}@example.org" for n in range(10)])
        async with delivering(sender_database, relay.url, tmp_path, domain_limits="example.org=50/day"):
            await until(lambda: states(database), lambda seen: seen == {"claimed": 10})
            await until(lambda: tokens(database), lambda seen: seen == 40)
        assert await states(database) == {"planned": 10}
        assert await tokens(database) == 50


async def tokens(database: Database) -> int | None:
    async with database.begin() as conn:
        found = await conn.exec_driver_sql("SELECT floor(tokens)::int FROM bucket")
        return found.scalar_one_or_none()


def asked(*names: str, mails: int = 4) -> list[Asked]:
    limits = (Limit(4, Period.SECOND), Limit(4, Period.HOUR))
    return [Asked(name, limits, mails, 0) for name in names]


async def test_what_is_put_back_may_be_taken_by_another_at_once_and_no_more(sender_database: str) -> None:
    async with opened(sender_database) as database, bare_connection(database) as conn:
        hour = (Limit(4, Period.HOUR),)
        granted = (await buckets.take(conn, [Asked("a.example.org", hour, 3, 0)]))["a.example.org"]
        assert granted.letters == 3
        await buckets.put_back(
            conn, [Unused(name, hour, 2, granted.at) for name in ("a.example.org", "b.example.org")]
        )
        for wanted in (3, 0):
            assert (await buckets.take(conn, [Asked("a.example.org", hour, 9, 0)]))[
                "a.example.org"
            ].letters == wanted


async def test_buckets_that_are_full_again_are_forgotten_and_no_others(sender_database: str) -> None:
    """With a limit to each of the others, every domain that ever got a mail has one."""
    async with opened(sender_database) as database, bare_connection(database) as conn:
        await buckets.take(conn, asked("new.example.org"))
        await buckets.take(conn, asked("half.example.org", "kept.example.org", "old.example.org"))
        await conn.execute("UPDATE bucket SET at = at - interval '3 hours' WHERE name <> 'new.example.org'")
        await conn.execute(
            "UPDATE bucket SET due = ARRAY(SELECT at + interval '1 hour' FROM unnest(due)) "
            "WHERE name IN ('old.example.org', 'kept.example.org')"
        )
        await conn.execute(
            "UPDATE bucket SET kept_until = now() + interval '1 minute' WHERE name = 'kept.example.org'"
        )
        await ForgetProviders(database)()
        left = await conn.fetch("SELECT name || ' ' || period AS bucket FROM bucket ORDER BY 1")
        assert [row["bucket"] for row in left] == [
            "half.example.org hour",
            "kept.example.org hour",
            "kept.example.org second",
            "new.example.org hour",
            "new.example.org second",
        ]
        again = await buckets.take(conn, asked("half.example.org", "old.example.org"))
        assert (again["half.example.org"].letters, again["old.example.org"].letters) == (0, 4)


async def test_bucket_that_is_being_counted_is_not_forgotten(sender_database: str) -> None:
    async with opened(sender_database) as database, bare_connection(database) as conn:
        await buckets.take(conn, asked("a.example.org", mails=0))
        await conn.execute("UPDATE bucket SET at = at - interval '3 hours'")
        async with conn.transaction():
            await conn.execute("SELECT FROM bucket FOR UPDATE")
            await ForgetProviders(database)()
        assert await conn.fetchval("SELECT count(*) FROM bucket") == 2


async def test_who_finds_a_bucket_forgotten_meanwhile_fills_it_anew(sender_database: str) -> None:
    names = ("a.example.org", "b.example.org")
    async with opened(sender_database) as database, bare_connection(database) as conn:
        await buckets.take(conn, asked(*names, mails=0))
        async with opened(sender_database) as other, bare_connection(other) as asking:
            async with conn.transaction():
                await conn.execute("SELECT FROM bucket WHERE name = $1 FOR UPDATE", names[0])
                taking = asyncio.create_task(buckets.take(asking, asked(*names)))
                await until(lambda: waits_for_a_row(database))
                await delete(database, names[1])
            granted = await taking
    assert {name: granted[name].letters for name in names} == dict.fromkeys(names, 4)


async def waits_for_a_row(database: Database) -> bool:
    async with database.begin() as conn:
        found = await conn.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(found.scalar_one())


async def delete(database: Database, name: str) -> None:
    async with database.begin() as conn:
        await conn.exec_driver_sql("DELETE FROM bucket WHERE name = $1", (name,))


async def test_rate_of_a_second_is_kept_and_everybody_gets_their_mail(
    sender_database: str, tmp_path: Path
) -> None:
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(database, [f"p{n}@example.org" for n in range(60)])
        began = monotonic()
        async with delivering(sender_database, relay.url, tmp_path, domain_limits="*=20/second"):
            await until(lambda: accepted(database), lambda count: count == 60)
    assert monotonic() - began >= (60 - 20) / 20


async def test_editions_share_what_is_taken(sender_database: str) -> None:
    async with opened(sender_database) as database:
        await fill(database, [f"p{n}@example.org" for n in range(200)])
        await fill(database, [f"q{n}@example.org" for n in range(30)], OTHER)
        async with bare_connection(database) as conn:
            token = await leasing.register(conn, "test", 60)
            first = await leasing.take(conn, token, MORNING, letters=10, mailings=40)
            second = await leasing.take(conn, token, MORNING, letters=10, mailings=40)
    assert [sum(each.edition_id == edition for each in first) for edition in (EDITION, OTHER)] == [20, 20]
    assert [sum(each.edition_id == edition for each in second) for edition in (EDITION, OTHER)] == [20, 10]


async def test_nothing_is_asked_where_there_is_no_limit(sender_database: str) -> None:
    async with opened(sender_database) as database:
        await fill(database, ["anna@example.org"])
        async with bare_connection(database) as conn:
            token = await leasing.register(conn, "test", 60)
            leased = await leasing.take(conn, token, MORNING, letters=1, mailings=1)
            admission = Admission({}, Restraints())
            assert await admission.admit(None, token, leased) == leased
            limited = Admission({"example.org": (Limit(1, Period.DAY),)}, Restraints())
            assert [each.mail_id for each in await limited.admit(conn, token, leased)] == [leased[0].mail_id]
            assert await limited.admit(conn, token, leased) == []
        assert await states(database) == {"planned": 1}


async def test_those_in_line_get_turns_of_their_own(sender_database: str) -> None:
    """So that a long line is not taken and given back again and again."""
    async with opened(sender_database) as database:
        await fill(database, [f"p{n}@example.org" for n in range(50)])
        async with bare_connection(database) as conn:
            token = await leasing.register(conn, "test", 60)
            admission = Admission({"example.org": (Limit(10, Period.SECOND),)}, Restraints())
            for _ in range(2):
                leased = await leasing.take(conn, token, MORNING, letters=0, mailings=25)
                await admission.admit(conn, token, leased)
            longest = await conn.fetchval("SELECT extract(epoch FROM max(due_at) - now()) FROM delivery")
            turns = await conn.fetchval("SELECT count(DISTINCT due_at) FROM delivery WHERE state = 'planned'")
    assert 3.5 <= float(longest) <= 4.5
    assert turns >= 35


async def test_line_for_the_tokens_of_a_day_is_not_leased_again_every_few_minutes(
    sender_database: str,
) -> None:
    async with opened(sender_database) as database:
        await fill(database, [f"p{n}@example.org" for n in range(30)])
        async with bare_connection(database) as conn:
            token = await leasing.register(conn, "test", 60)
            admission = Admission({"example.org": (Limit(10, Period.DAY),)}, Restraints())
            leased = await leasing.take(conn, token, MORNING, letters=0, mailings=30)
            assert len(await admission.admit(conn, token, leased)) == 9
            soonest = await conn.fetchval("SELECT extract(epoch FROM min(due_at) - now()) FROM delivery")
    assert float(soonest) > 50 * 60
