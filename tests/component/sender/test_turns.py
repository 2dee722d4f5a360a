"""Whose turn it is: one-to-one mail goes first, editions share, recipients of one domain come together."""

from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from services.sender.adapters.buckets import Asked, take
from services.sender.adapters.leasing import bare_connection
from services.sender.domain.buckets import Limit, Period
from shared.persistence.database import Database
from tests.component.sender.filling import delivering, fill, fill_letter, opened
from tests.component.sender.scripted_relay import ScriptedRelay, listening
from tests.support.waiting import until

OTHER = UUID("018f0000-0000-7000-8000-00000000000f")
ANNA = "anna@example.org"
AN_HOUR_LATER = "due = ARRAY(SELECT moment - interval '62 minutes' FROM unnest(due) AS moment)"


async def arrives_for(relay: ScriptedRelay, address: str, seconds: float) -> None:
    async def there() -> bool:
        return address in relay.recipients

    await until(there, seconds=seconds)


async def waiting(database: Database) -> int:
    """Return how many mails wait: in the ledger for their turn, or in the hands of a process."""
    async with database.begin() as conn:
        taken = "state = 'claimed' OR state = 'planned' AND due_at > now()"
        return int(await conn.scalar(text(f"SELECT count(*) FROM delivery WHERE {taken}")) or 0)


@pytest.mark.parametrize("limit", ["20/second", "2/second"])
@pytest.mark.parametrize("of", ["relay", "domain"])
async def test_one_to_one_mail_goes_before_an_edition_under_a_limit(
    of: str, limit: str, sender_database: str, tmp_path: Path
) -> None:
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(database, [f"p{n}@example.org" for n in range(300)])
        url = f"{relay.url}?limit={limit}" if of == "relay" else relay.url
        limits = f"example.org={limit}" if of == "domain" else ""
        async with delivering(sender_database, url, tmp_path, domain_limits=limits, smtp_connections=20):
            await relay.gets(3)
            before = len(relay.recipients)
            await fill_letter(database, ANNA)
            await arrives_for(relay, ANNA, seconds=5)
    a_second = int(limit.partition("/")[0])
    assert relay.recipients.index(ANNA) - before <= 2 * a_second


@pytest.mark.parametrize("of", ["relay", "domain"])
async def test_one_to_one_mail_goes_when_editions_have_used_their_share_of_the_day(
    of: str, sender_database: str, tmp_path: Path
) -> None:
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(database, [f"p{n}@example.org" for n in range(60)])
        url = f"{relay.url}?limit=20/day" if of == "relay" else relay.url
        limits = "example.org=20/day" if of == "domain" else ""
        async with delivering(sender_database, url, tmp_path, domain_limits=limits):
            await relay.gets(18)
        async with delivering(sender_database, url, tmp_path, domain_limits=limits):
            await until(lambda: waiting(database), lambda mails: mails == 42)
            await fill_letter(database, ANNA)
            await arrives_for(relay, ANNA, seconds=5)
    assert len(relay.recipients) == 19


async def test_token_that_a_one_to_one_mail_waits_for_is_kept_for_it(sender_database: str) -> None:
    """However few there are, and whoever asks in the meantime."""
    async with opened(sender_database) as database, bare_connection(database) as conn:
        limits = (Limit(4, Period.HOUR),)
        letter, mailings = Asked("example.org", limits, 1, 0), Asked("example.org", limits, 0, 10)
        await take(conn, [mailings])
        assert (await take(conn, [letter]))["example.org"].letters == 0
        waits = (await take(conn, [mailings]))["example.org"]
        await conn.execute(f"UPDATE bucket SET {AN_HOUR_LATER}")
        assert (waits.mailings, (await take(conn, [mailings]))["example.org"].mailings) == (0, 0)
        assert waits.wait(1, letters=False) >= waits.wait(1, letters=True)
        assert (await take(conn, [letter]))["example.org"].letters == 1


@pytest.mark.parametrize("of", ["relay", "domain"])
async def test_editions_share_what_a_limit_lets_through(
    of: str, sender_database: str, tmp_path: Path
) -> None:
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(database, [f"p{n}@example.org" for n in range(200)])
        await fill(database, [f"q{n}@example.org" for n in range(200)], OTHER)
        url = f"{relay.url}?limit=40/day" if of == "relay" else relay.url
        limits = "example.org=40/day" if of == "domain" else ""
        async with delivering(sender_database, url, tmp_path, domain_limits=limits):
            await relay.gets(36)
    of_other = sum(address.startswith("q") for address in relay.recipients)
    assert 16 <= of_other <= 20
    assert len(relay.recipients) == 36


async def test_recipients_of_one_domain_come_together(sender_database: str, tmp_path: Path) -> None:
    """So that a relay has one conversation with their server instead of many."""
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        domains = ("a.example.org", "b.example.org", "c.example.org")
        await fill(database, [f"p{n}@{domain}" for n in range(60) for domain in domains])
        async with delivering(sender_database, relay.url, tmp_path, smtp_connections=1):
            await relay.gets(180)
    came = [address.partition("@")[2] for address in relay.recipients]
    assert sum(one != next_one for one, next_one in pairwise(came)) < 180 / 2.5
