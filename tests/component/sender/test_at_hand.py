"""What a process has at hand: little while no relay can be used, and nothing that it does not know of."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from services.sender.adapters.leasing import bare_connection
from shared.persistence.database import Database
from tests.component.sender.filling import delivering, fill, fill_letter, opened, states
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
