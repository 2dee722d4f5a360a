"""What a process has at hand: little while no relay can be used, and nothing that it does not know of."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from services.sender.adapters import leasing
from services.sender.adapters.leasing import bare_connection
from services.sender.use_cases.deliver import LETTERS_AT_ONCE, POLL_SECONDS
from shared.persistence.database import Database
from tests.component.sender.filling import delivering, fill, fill_letter, opened, states
from tests.component.sender.post_office import MORNING
from tests.component.sender.scripted_relay import HANG_UP, ScriptedRelay, listening
from tests.support.waiting import until

OTHER = UUID("018f0000-0000-7000-8000-00000000000f")
WAITS = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@dataclass
class Closing:
    """A relay that hangs up on everybody for as long as it is closed."""

    relay: ScriptedRelay
    closed: bool = True

    def answer(self, command: str, _: int) -> str | None:
        return HANG_UP if self.closed and command in {"EHLO", "HELO"} else None

    async def tries(self) -> int:
        return sum(line.startswith("EHLO") for line in self.relay.heard)


async def test_mails_wait_in_the_ledger_while_no_relay_can_be_used(
    sender_database: str, tmp_path: Path
) -> None:
    relay = ScriptedRelay()
    closing = Closing(relay)
    relay.answer = closing.answer
    async with opened(sender_database) as database, listening(relay):
        await fill(database, ["first@example.org"])
        async with delivering(sender_database, relay.url, tmp_path):
            await until(closing.tries, lambda tries: tries >= 2)
            await fill(database, [f"p{n}@example.org" for n in range(30)], OTHER)
            await fill_letter(database, "anna@example.org")
            await until(closing.tries, lambda tries: tries >= 4)
            assert await states(database) == {"claimed": 1, "planned": 31}
            closing.closed = False
            await until(lambda: states(database), lambda seen: seen == {"accepted": 32})


async def test_mails_wait_in_the_ledger_while_every_relay_is_paused(
    sender_database: str, tmp_path: Path
) -> None:
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(database, ["first@example.org"])
        async with database.begin() as conn:
            name = relay.url.removeprefix("smtp://")
            await conn.execute(
                text("INSERT INTO provider (name, flow) VALUES (:name, 'paused')"), {"name": name}
            )
        async with delivering(sender_database, relay.url, tmp_path, lease_seconds=2.0):
            before = await until(lambda: beaten(database))
            await until(lambda: beaten(database), lambda at: at - before > 3)
            assert await states(database) == {"planned": 1}
            async with database.begin() as conn:
                await conn.execute(text("DELETE FROM provider"))
            await until(lambda: states(database), lambda seen: seen == {"accepted": 1})


async def beaten(database: Database) -> float:
    """Return until when the process says that it lives."""
    async with database.begin() as conn:
        return float(await conn.scalar(text("SELECT extract(epoch FROM max(until)) FROM lease")) or 0)


async def test_mails_leased_when_the_database_went_away_are_not_lost_sight_of(
    sender_database: str, tmp_path: Path
) -> None:
    """The lease of a process that lives never ends, and what is held by it nobody else takes."""
    async with (
        opened(sender_database) as database,
        listening(ScriptedRelay()) as relay,
        bare_connection(database) as conn,
        delivering(sender_database, relay.url, tmp_path, domain_limits="example.org=50/day"),
    ):
        async with conn.transaction():
            await conn.execute("LOCK TABLE bucket")
            await fill(database, [f"p{n}@example.org" for n in range(10)])
            await until(lambda: waiting_for_the_lock(database))
            assert await states(database) == {"claimed": 10}
            await conn.execute(f"SELECT pg_terminate_backend(pid) FROM ({WAITS}) AS waiting")
        await until(lambda: states(database), lambda seen: seen == {"accepted": 10})
    assert len(relay.recipients) == 10


async def waiting_for_the_lock(database: Database) -> int:
    async with database.begin() as conn:
        return len((await conn.execute(text(WAITS))).all())


async def test_lost_connection_keeps_no_letter_waiting_for_mails_that_wait_for_their_relay(
    sender_database: str, tmp_path: Path
) -> None:
    """Hands that hold mails a relay has no tokens for are not empty for hours."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(database, [f"p{n}@example.org" for n in range(200)])
        async with delivering(sender_database, f"{relay.url}?limit=50/hour", tmp_path):
            await relay.gets(45)  # a tenth is left to one-to-one mail
            at_hand = {"accepted": 45, "claimed": 68, "planned": 87}  # four hands, sixteen for each
            await until(lambda: states(database), lambda seen: seen == at_hand)
            async with bare_connection(database) as conn:
                await conn.execute(f"{others} AND pid <> pg_backend_pid()")
            await fill_letter(database, "anna@example.org")
            await relay.gets(46)
            await until(lambda: states(database), lambda seen: seen == {**at_hand, "accepted": 46})
    assert relay.recipients[-1] == "anna@example.org"


async def test_what_nobody_has_at_hand_is_given_back_and_nothing_else(sender_database: str) -> None:
    async with opened(sender_database) as database, bare_connection(database) as conn:
        await fill(database, [f"p{n}@example.org" for n in range(3)])
        token = await leasing.register(conn, "test", 60)
        leased = await leasing.take(conn, token, MORNING, letters=0, mailings=3)
        await leasing.give_back_claimed(conn, token, {leased[0].mail_id})
        left = await conn.fetch("SELECT mail_id::text FROM delivery WHERE state = 'claimed'")
    assert [row["mail_id"] for row in left] == [str(leased[0].mail_id)]


async def test_one_to_one_mails_wait_in_the_ledger_while_their_relay_has_no_tokens(
    sender_database: str, tmp_path: Path
) -> None:
    letters, hands = 2 * LETTERS_AT_ONCE, 4
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        for number in range(letters):
            await fill_letter(database, f"p{number}@example.org")
        async with delivering(sender_database, f"{relay.url}?limit=5/hour", tmp_path):
            await relay.gets(5)
            await until(lambda: claimed(database), lambda count: count >= LETTERS_AT_ONCE)
            await fill(database, ["edition@example.org"])
            edition = "SELECT count(*) FROM delivery WHERE edition_id IS NOT NULL AND state = 'claimed'"
            async with bare_connection(database) as conn:
                await until(lambda: conn.fetchval(edition))
            assert await claimed(database) <= LETTERS_AT_ONCE + hands + 1


async def claimed(database: Database) -> int:
    return (await states(database)).get("claimed", 0)


async def test_mails_to_a_paused_provider_are_put_off_one_by_one_while_no_relay_can_be_used(
    sender_database: str, tmp_path: Path
) -> None:
    """Else the whole ledger would be turned over, as fast as the database can."""
    relay = ScriptedRelay(answer=lambda command, _: "421 4.3.2 Closing" if command == "MAIL" else None)
    async with opened(sender_database) as database, listening(relay), bare_connection(database) as conn:
        await conn.execute("INSERT INTO provider (name, flow) VALUES ('busy.example.org', 'paused')")
        await fill(database, ["first@example.org"])
        async with delivering(sender_database, relay.url, tmp_path):
            tried = "SELECT count(*) FROM delivery WHERE state = 'planned' AND attempts > 0"
            await until(lambda: conn.fetchval(tried))
            await fill(database, [f"p{n}@busy.example.org" for n in range(200)], OTHER)
            held = "SELECT due_at FROM delivery WHERE reply LIKE '%is paused' ORDER BY due_at"
            turns = await until(lambda: conn.fetch(held), lambda rows: len(rows) >= 5)
    waits = [(later["due_at"] - sooner["due_at"]).total_seconds() for sooner, later in pairwise(turns)]
    assert min(waits) > POLL_SECONDS / 2
