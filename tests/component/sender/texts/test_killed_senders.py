"""Senders of texts that are killed: what was under way is uncertain, all else goes on, nothing goes twice."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.sender.adapters.texts import ledger
from services.sender.adapters.texts.ledger import Change, NewText
from services.sender.domain.texts.states import State
from services.sender.use_cases.texts.sweep_texts import SweepTexts
from shared.clock import FileClock, FixedClock
from shared.ids import new_id
from shared.persistence.database import Database, engine_for
from shared.phones import phone_hash
from tests.component.sender.texts.text_desk import NOON
from tests.support.text_gateway import Answer, Asked, FakeGateway, taken
from tests.support.waiting import until

CHECKOUT = Path(__file__).parents[4]
TEXTS = 40
HANDS = 2
WAITING = (
    "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
    "WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
)


class Ledger:
    """A ledger of texts, and the processes that work on it."""

    def __init__(self, database_url: str, gateway: FakeGateway, clock: Path) -> None:
        self.database = Database(engine_for(database_url, "sender", pool_size=3))
        self._arguments = [database_url, f"elks+http://u:p@127.0.0.1:{gateway.port}/a1/sms", str(clock)]
        self._started: list[Process] = []

    async def start(self) -> Process:
        worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.component.sender.texts.text_worker",
            *self._arguments,
            cwd=CHECKOUT,
            stderr=DEVNULL,
        )
        self._started.append(worker)
        return worker

    async def fill(self, numbers: int = TEXTS) -> None:
        texts = [new_text(f"+467017406{n % numbers:02}", f"text {n}") for n in range(TEXTS)]
        async with self.database.begin() as conn:
            await ledger.record(conn, texts, NOON)

    async def waits_for_the_number(self) -> bool:
        """Whether a process waits until another has decided about a text to the same number."""
        async with self.database.begin() as conn:
            return bool((await conn.exec_driver_sql(WAITING)).scalar_one())

    async def counts(self) -> Counter[str]:
        async with self.database.begin() as conn:
            rows = await conn.exec_driver_sql("SELECT state FROM text_delivery")
            return Counter(rows.scalars())

    async def close(self) -> None:
        for worker in self._started:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()
        await self.database.close()


def new_text(phone: str, words: str) -> NewText:
    return NewText(
        text_id=new_id(),
        phone=phone,
        phone_hash=phone_hash(b"k" * 32, phone),
        country="SE",
        zones=("Europe/Stockholm",),
        words=words,
        parts=1,
        valid_until=NOON + timedelta(days=1),
        key=words,
        purpose="test",
    )


@pytest.fixture
async def texts(text_database: str, gateway: FakeGateway, tmp_path: Path) -> AsyncIterator[Ledger]:
    FileClock(tmp_path / "clock.json").set(NOON)
    opened = Ledger(text_database, gateway, tmp_path / "clock.json")
    async with opened.database.begin() as conn:
        for table in ("text_delivery", "text_message"):
            await conn.exec_driver_sql(f"DELETE FROM {table}")
    yield opened
    await opened.close()


async def test_a_kill_leaves_uncertain_what_was_under_way_and_another_goes_on(
    texts: Ledger, gateway: FakeGateway
) -> None:
    await texts.fill()
    stuck: list[str] = []
    killed = asyncio.Event()

    async def stick_at_some(asked: Asked) -> Answer:
        if len(gateway.asked) > 10 and len(stuck) < HANDS:
            stuck.append(asked.form["message"])
            await killed.wait()
        return taken(asked.form["message"])

    gateway.always = stick_at_some
    first = await texts.start()
    await until(lambda: asyncio.to_thread(lambda: len(stuck)), lambda seen: seen == HANDS)
    first.kill()
    await first.wait()
    killed.set()
    await texts.start()
    await until(texts.counts, lambda seen: seen == {"accepted": TEXTS - HANDS, "submitting": HANDS})
    async with texts.database.begin() as conn:
        await conn.exec_driver_sql("UPDATE text_delivery SET held_until = now() WHERE state = 'submitting'")
    await SweepTexts(texts.database, FixedClock(NOON), resend=False)()
    assert await texts.counts() == {"accepted": TEXTS - HANDS, "uncertain": HANDS}
    assert set(Counter(gateway.messages).values()) == {1}
    await SweepTexts(texts.database, FixedClock(NOON), resend=True)()
    await until(texts.counts, lambda seen: seen == {"accepted": TEXTS})
    again = [words for words, times in Counter(gateway.messages).items() if times > 1]
    assert sorted(again) == sorted(stuck)
    async with texts.database.begin() as conn:
        await conn.exec_driver_sql(
            "UPDATE text_delivery SET state = 'uncertain', reason = 'uncertain', attempts = 3"
        )
    await SweepTexts(texts.database, FixedClock(NOON), resend=True)()
    assert await texts.counts() == {"uncertain": TEXTS}


async def test_two_processes_send_nothing_twice_and_keep_to_the_cap_together(
    texts: Ledger, gateway: FakeGateway
) -> None:
    numbers, cap = 4, 8  # of ten texts to each number eight may go in a month
    await texts.fill(numbers)
    at_once: Counter[str] = Counter()
    together = asyncio.Event()

    async def when_both_are_there(asked: Asked) -> Answer:
        at_once[asked.form["to"]] += 1
        if at_once.total() > HANDS:  # more than one process has hands
            together.set()
        await together.wait()
        return taken(asked.form["message"])

    gateway.always = when_both_are_there
    for _ in range(2):
        await texts.start()
    await until(texts.counts, lambda seen: seen["accepted"] + seen["failed"] == TEXTS)
    assert together.is_set()
    assert await texts.counts() == {"accepted": numbers * cap, "failed": TEXTS - numbers * cap}
    assert set(Counter(gateway.messages).values()) == {1}
    assert set(Counter(asked.form["to"] for asked in gateway.asked).values()) == {cap}


async def test_who_decides_about_a_number_counts_what_another_process_has_just_begun(texts: Ledger) -> None:
    await texts.fill(numbers=1)

    async def decide() -> int:
        async with texts.database.begin() as conn:
            due = await ledger.next_due(conn, NOON)
            assert due is not None
            return await ledger.begun_since(conn, due, NOON)

    async with texts.database.begin() as conn:
        first = await ledger.next_due(conn, NOON)
        assert first is not None
        assert await ledger.begun_since(conn, first, NOON) == 0
        other = asyncio.create_task(decide())
        await until(texts.waits_for_the_number)
        begun = Change(lease=new_id(), hold=timedelta(minutes=1))
        await ledger.change(conn, first.text_id, State.SUBMITTING, NOON, begun)
    assert await other == 1
