"""The fault matrix: whatever a relay does, every recipient ends in the state docs/delivery-faults.md names.

Each fault is played by a relay of the test; the complete engine delivers forty mails through it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from services.sender.adapters import route, smtp
from services.sender.use_cases.sweep_ledger import SweepLedger
from shared.clock import SystemClock
from shared.persistence.database import Database
from tests.component.sender.filling import delivering, fill, opened, states
from tests.component.sender.scripted_relay import HANG_UP, SLOWLY, STALL, ScriptedRelay, listening
from tests.support.waiting import until

MAILS = 40
Answer = Callable[[str, int], str | None]
FOUND = "SELECT attempts, deferrals, extract(epoch FROM due_at - now())::int AS wait FROM delivery"
GREYLISTED = "451 4.7.1 Greylisted, try again in 90 seconds"


def every(nth: int, command: str, answer: str) -> Answer:
    """Answer so each ``nth`` time that a command comes."""
    return lambda given, count: answer if given == command and count % nth == nth - 1 else None


def first(times: int, command: str, answer: str) -> Answer:
    """Answer so the first times that a command comes."""
    return lambda given, count: answer if given == command and count < times else None


@dataclass(frozen=True)
class Fault:
    """``ends``: states when nothing more happens before the next attempt is due. ``copies``: mails that the
    relay got twice."""

    answer: Answer
    ends: dict[str, int]
    copies: int = 0


ALL = {"accepted": MAILS}
FAULTS = {
    "4xx 20 %": Fault(every(5, "RCPT", "450 4.2.1 Busy"), {"accepted": 32, "deferred": 8}),
    "4xx after the data": Fault(every(5, ".", "452 4.3.1 Full"), {"accepted": 32, "deferred": 8}),
    "5xx 5 %": Fault(every(20, "RCPT", "550 5.1.1 No such user"), {"accepted": 38, "failed": 2}),
    "5xx blaming us": Fault(every(20, ".", "550 5.7.1 Blocked by policy"), {"accepted": 38, "deferred": 2}),
    "sender refused": Fault(every(20, "MAIL", "550 Not you"), ALL),
    "sender refused for now": Fault(every(20, "MAIL", "452 4.3.1 Full"), ALL),
    "greylisted": Fault(first(MAILS, "RCPT", GREYLISTED), {"deferred": MAILS}),
    "421 when greeted": Fault(first(3, "EHLO", "421 4.3.2 Too busy"), ALL),
    "421 to the sender": Fault(first(2, "MAIL", "421 4.3.2 Closing"), ALL),
    "421 to the recipient": Fault(first(2, "RCPT", "421 4.3.2 Closing"), {"accepted": 38, "deferred": 2}),
    "421 after the data": Fault(first(2, ".", "421 4.3.2 Closing"), {"accepted": 38, "deferred": 2}),
    "dropped before the data": Fault(first(3, "DATA", HANG_UP), ALL),
    "dropped before the final dot": Fault(first(3, "BODY", HANG_UP), ALL),
    "dropped after the final dot": Fault(first(3, ".", HANG_UP), ALL, copies=3),
    "slow": Fault(every(4, ".", SLOWLY), ALL),
    "stalled before the data": Fault(first(2, "RCPT", STALL), ALL),
    "stalled after the final dot": Fault(first(2, ".", STALL), ALL, copies=2),
    "one answer too many": Fault(first(2, ".", "250 Queued\r\n250 Queued"), ALL),
    "not SMTP": Fault(first(2, "MAIL", "hello there"), ALL),
}


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "SHORTEST_REST", 0.05)
    monkeypatch.setattr(smtp, "END_OF_DATA_SECONDS", 0.5)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_every_recipient_ends_in_the_documented_state(
    fault: Fault, sender_database: str, tmp_path: Path
) -> None:
    addresses = [f"p{number}@example.org" for number in range(MAILS)]
    async with opened(sender_database) as database, listening(ScriptedRelay(answer=fault.answer)) as relay:
        await fill(database, addresses)
        async with delivering(sender_database, relay.url, tmp_path, smtp_timeout_seconds=0.5):
            await until(lambda: hurried(database), lambda ends: ends == fault.ends, seconds=20)
    assert len(relay.messages) - len(set(relay.recipients)) == fault.copies
    assert len(set(relay.recipients)) == fault.ends.get("accepted", 0)
    assert_copies_are_identical(relay)


IN_DOUBT = {
    "dropped before the final dot": first(3, "BODY", HANG_UP),
    "dropped after the final dot": first(3, ".", HANG_UP),
    "stalled after the final dot": first(3, ".", STALL),
    "answered by nonsense after the final dot": first(3, ".", "hello there"),
}


@pytest.mark.parametrize("answer", IN_DOUBT.values(), ids=IN_DOUBT)
async def test_mail_whose_answer_is_lost_is_in_doubt_and_can_be_held(
    answer: Answer, sender_database: str, tmp_path: Path
) -> None:
    async with opened(sender_database) as database, listening(ScriptedRelay(answer=answer)) as relay:
        await fill(database, [f"p{number}@example.org" for number in range(MAILS)])
        async with delivering(sender_database, relay.url, tmp_path, smtp_timeout_seconds=0.5):
            held = {"accepted": MAILS - 3, "uncertain": 3}
            await until(lambda: hurried(database, resend=False), lambda ends: ends == held, seconds=20)
    assert max(Counter(relay.recipients).values()) == 1


async def test_relay_that_takes_each_mail_and_breaks_off_gets_few_copies(
    sender_database: str, tmp_path: Path
) -> None:
    relay = ScriptedRelay(answer=lambda given, _: HANG_UP if given == "." else None)
    async with opened(sender_database) as database, listening(relay):
        await fill(database, ["anna@example.org"])
        async with delivering(sender_database, relay.url, tmp_path):
            await until(
                lambda: hurried(database),
                lambda ends: (ends, len(relay.messages)) == ({"uncertain": 1}, 4),
                seconds=20,
            )
            assert await hurried(database) == {"uncertain": 1}, "it waits for the desk"
    assert (len(relay.messages), len(set(relay.messages))) == (4, 1)


async def test_second_copy_waits_longer_than_the_first(sender_database: str, tmp_path: Path) -> None:
    async with opened(sender_database) as database:
        await fill(database, [f"p{number}@example.org" for number in range(3)])
        async with database.begin() as conn:
            await conn.exec_driver_sql(
                "UPDATE delivery d SET state = 'uncertain', due_at = NULL, uncertainties = n.n FROM "
                "(SELECT mail_id, row_number() OVER (ORDER BY mail_id) AS n FROM delivery) n "
                "WHERE n.mail_id = d.mail_id"
            )
        await SweepLedger(database, SystemClock(), timedelta(), resend=True)()
        async with database.begin() as conn:
            rows = await conn.exec_driver_sql(
                "SELECT round(extract(epoch FROM due_at - updated_at))::int FROM delivery ORDER BY mail_id"
            )
            assert [round(wait, -1) for (wait,) in rows] == [0, 10, 60]


async def hurried(database: Database, *, resend: bool = True) -> dict[str, int]:
    """Return the states, with what is planned due now and what is uncertain planned again."""
    await SweepLedger(database, SystemClock(), timedelta(), resend=resend)()
    async with database.begin() as conn:
        await conn.exec_driver_sql("UPDATE delivery SET due_at = now() WHERE state = 'planned'")
    return await states(database)


def assert_copies_are_identical(relay: ScriptedRelay) -> None:
    """Whoever has a mail twice can tell: same Message-ID, same everything."""
    copies: dict[str, set[bytes]] = defaultdict(set)
    for address, message in zip(relay.recipients, relay.messages, strict=True):
        copies[address].add(message)
    assert Counter(map(len, copies.values())).keys() <= {1}


@pytest.mark.parametrize("code", ["451", "421"])
async def test_greylisted_mail_waits_as_long_as_the_server_says(
    code: str, sender_database: str, tmp_path: Path
) -> None:
    relay = ScriptedRelay(answer=first(1, "RCPT", code + GREYLISTED[3:]))
    async with opened(sender_database) as database, listening(relay):
        await fill(database, ["anna@example.org"])
        async with delivering(sender_database, relay.url, tmp_path):
            await until(lambda: states(database), lambda ends: ends == {"deferred": 1})
        async with database.begin() as conn:
            left = await conn.exec_driver_sql("SELECT extract(epoch FROM due_at - now())::int FROM delivery")
            assert 80 <= left.scalar_one() <= 90
            await conn.exec_driver_sql("UPDATE delivery SET due_at = now()")
        async with delivering(sender_database, relay.url, tmp_path):
            await until(lambda: states(database), lambda ends: ends == {"accepted": 1})


async def test_connection_trouble_is_no_answer_to_the_recipient(sender_database: str, tmp_path: Path) -> None:
    """It rests the route: the first 4xx after three broken connections puts the mail off for five minutes."""

    def answer(command: str, count: int) -> str | None:
        if command == "RCPT":
            return (HANG_UP, HANG_UP, HANG_UP, "450 4.2.1 Busy")[min(count, 3)]
        return None

    async with opened(sender_database) as database, listening(ScriptedRelay(answer=answer)) as relay:
        await fill(database, ["anna@example.org"])
        async with delivering(sender_database, relay.url, tmp_path):
            await until(lambda: hurried(database), lambda ends: ends == {"deferred": 1})
        async with database.begin() as conn:
            row = (await conn.exec_driver_sql(FOUND)).one()
    assert (row.attempts, row.deferrals) == (4, 1)
    assert 290 <= row.wait <= 300


async def test_mail_put_off_for_four_days_fails_and_blames_no_address(
    sender_database: str, tmp_path: Path
) -> None:
    relay = ScriptedRelay(answer=lambda command, _: "450 4.2.1 Busy" if command == "RCPT" else None)
    async with opened(sender_database) as database, listening(relay):
        await fill(database, ["anna@example.org"])
        async with delivering(sender_database, relay.url, tmp_path):
            await until(lambda: states(database), lambda ends: ends == {"deferred": 1})
            async with database.begin() as conn:
                await conn.exec_driver_sql(
                    "UPDATE delivery SET due_at = now(), deferred_since = now() - interval '4 days'"
                )
            await until(lambda: states(database), lambda ends: ends == {"failed": 1})
        async with database.begin() as conn:
            dead = await conn.exec_driver_sql("SELECT bool_or(dead) FROM outcome")
            assert dead.scalar_one() is False
