"""A provider that is overrun is slowed and recovers by itself, where no rate was ever configured."""

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import text

from services.sender.domain import providers
from services.sender.use_cases import deliver
from shared.persistence.database import Database
from tests.component.sender.filling import delivering, fill, opened, states
from tests.component.sender.scripted_relay import ScriptedRelay, listening
from tests.support.waiting import until

BUSY, OTHERS, MOST = 300, 200, 20
HURRY = text("UPDATE delivery SET due_at = now() WHERE state = ANY(:waiting)")
PACE = text("SELECT rate FROM provider WHERE name = 'busy.example.org'")


@dataclass
class Overrun:
    """Takes at most twenty mails a second for one domain, until it has more room."""

    relay: ScriptedRelay
    roomy: bool = False
    asked: list[float] = field(default_factory=list)
    _taken: deque[float] = field(default_factory=deque)

    def answer(self, command: str, _: int) -> str | None:
        if command != "RCPT" or "@busy." not in self.relay.heard[-1]:
            return None
        now = monotonic()
        self.asked.append(now)
        while self._taken and self._taken[0] < now - 1:
            self._taken.popleft()
        if len(self._taken) >= MOST and not self.roomy:
            return "451 4.3.2 Too many at once"
        self._taken.append(now)
        return None

    def asked_lately(self) -> int:
        return sum(at > monotonic() - 1 for at in self.asked)

    def asked_in_a_second(self) -> int:
        """Return the most that it was asked within any second."""
        return max(bisect_right(self.asked, at + 1) - n for n, at in enumerate(self.asked))

    def others_arrived(self) -> int:
        return sum("@busy." not in each for each in self.relay.recipients)


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(providers, "HALVED_AT_MOST_EVERY", timedelta(seconds=0.3))
    monkeypatch.setattr(providers, "CALM", timedelta(seconds=0.6))


async def test_overrun_provider_is_slowed_and_recovers_and_the_others_do_not_wait(
    sender_database: str, tmp_path: Path
) -> None:
    relay = ScriptedRelay()
    overrun = Overrun(relay)
    relay.answer = overrun.answer
    async with opened(sender_database) as database, listening(relay):
        await fill(
            database,
            [f"p{n}@busy.example.org" for n in range(BUSY)] + [f"q{n}@example.org" for n in range(OTHERS)],
        )
        async with delivering(sender_database, relay.url, tmp_path):

            async def hurried() -> float | None:
                await hurry(database, "deferred")
                return await pace(database)

            await until(hurried, lambda seen: 0 < (seen or 0) <= 2 * MOST)

            async def calmer() -> bool:
                await hurry(database, "deferred")
                return overrun.asked_lately() <= 3 * MOST and overrun.others_arrived() == OTHERS

            await until(calmer)
            assert len(relay.recipients) < OTHERS + BUSY  # the rest waits its turn
            overrun.roomy = True
            await until(lambda: ends(database), lambda seen: seen == {"accepted": BUSY + OTHERS})
            await until(lambda: pace(database), lambda seen: seen is None)
    assert overrun.asked_in_a_second() > MOST
    assert len(relay.recipients) == BUSY + OTHERS


async def pace(database: Database) -> float | None:
    """Return the mails a second that the provider gets, None when it flows."""
    async with database.begin() as conn:
        found: float | None = await conn.scalar(PACE)
        return found


async def hurry(database: Database, *waiting: str) -> None:
    """Let what waits be due now."""
    async with database.begin() as conn:
        await conn.execute(HURRY, {"waiting": list(waiting)})


async def ends(database: Database) -> dict[str, int]:
    await hurry(database, "deferred", "planned")
    return await states(database)


async def test_process_that_starts_sends_nothing_to_a_provider_that_is_paused(
    sender_database: str, tmp_path: Path
) -> None:
    held = text("SELECT count(*) FROM delivery WHERE reply = 'busy.example.org is paused'")
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(database, [f"p{n}@busy.example.org" for n in range(20)])
        async with database.begin() as conn:
            await conn.execute(
                text("INSERT INTO provider (name, flow) VALUES ('busy.example.org', 'paused')")
            )
        async with delivering(sender_database, relay.url, tmp_path):

            async def held_back() -> int:
                async with database.begin() as conn:
                    return int(await conn.scalar(held) or 0)

            await until(held_back, lambda count: count == 20)
    assert relay.recipients == []
