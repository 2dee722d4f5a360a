"""Messages made to hurt: bounded in time and memory, and nothing raises."""

import io
import sys
import tracemalloc
from collections.abc import Callable

import pytest

from services.sender.domain.mailbox import limits
from services.sender.domain.mailbox.classify import classify, classify_bytes, examine, judge
from services.sender.domain.mailbox.mime import read
from services.sender.domain.mailbox.verdict import Kind, Verdict
from tests.unit.sender.mailbox.samples import sample

MOST_CALLS = 500_000
"""Calls of functions, ours and Python's, for what was read of one message: work, whatever machine does it."""

MOST_OCTETS = 4 * 2**20
"""Of memory beyond the message's own; what is kept of a message is 1 MB at most."""

MIB = 2**20
HEAD = b"From: MAILER-DAEMON@example.net\nSubject: failure notice\nMIME-Version: 1.0\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
REPORT = b"--b\nContent-Type: message/delivery-status\n\n"


def nested(depth: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))


MONSTERS: dict[str, Callable[[], bytes]] = {
    "50 MB in one line": lambda: HEAD + b"\n" + b"a" * (50 * MIB),
    "50 MB of empty lines": lambda: HEAD + b"\n" * (50 * MIB),
    "50 MB of attachment": lambda: (
        MIXED + b"--b\nContent-Type: image/png\n\n" + (b"a" * 76 + b"\n") * 680_000
    ),
    "50 MB in one header field": lambda: HEAD + b"X-A: " + b"a" * (50 * MIB),
    "a million header fields": lambda: HEAD + b"X-A: b\n" * 1_000_000,
    "a field folded a million times": lambda: HEAD + b"X-A: b\n" + b" c\n" * 1_000_000,
    "10 000 parts": lambda: MIXED + b"--b\n\nhej\n" * 10_000,
    "10 000 levels": lambda: HEAD + nested(10_000),
    "10 000 messages in each other": lambda: MIXED + b"--b\n" + b"Content-Type: message/rfc822\n\n" * 10_000,
    "levels with one boundary": lambda: (MIXED + b"--b\n") * 10_000,
    "a report of 100 000 recipients": lambda: MIXED + REPORT + b"Status: 5.1.1\n\n" * 100_000,
    "a megabyte of <": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<" * MIB,
    "a megabyte of comments": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<!--" * (MIB // 4),
    "a megabyte of @": lambda: HEAD + b"\n" + b"a@a." * (MIB // 4),
    "a megabyte of half a phrase": lambda: HEAD + b"\n" + b"550 mailbox account address " * (MIB // 28),
    "encoded words without end": lambda: b"Subject: " + b"=?utf-8?b?" * 100_000 + b"\n\n",
    "base64 that is none": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=A\xff" * 100_000,
    "charsets that are none": lambda: HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * MIB,
    "nothing but NUL": lambda: b"\0" * MIB,
    "a head without an end": lambda: b"Content-Type: message/rfc822",
}


class Counted(io.BytesIO):
    """A stream that counts the lines, and pieces of lines, that are asked for."""

    asked = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        self.asked += 1
        return super().readline(size)


def calls_of(work: Callable[[], object]) -> int:
    """Return how many calls something takes. Stops it when there are far too many."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event.endswith("call")
        if calls > 2 * MOST_CALLS:
            raise AssertionError(f"more than {calls} calls")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_takes_bounded_work(name: str) -> None:
    monster = Counted(MONSTERS[name]())
    message = read(monster)
    assert monster.asked <= limits.LINES + 1
    verdicts: list[Verdict] = []
    assert calls_of(lambda: verdicts.append(judge(message))) < MOST_CALLS
    assert verdicts[0].evidence


def test_what_goes_on_without_end_is_read_so_far() -> None:
    class Endless(Counted):
        def readline(self, size: int | None = -1, /) -> bytes:
            self.asked += 1
            return b"a" * limits.LINE_OCTETS

    endless = Endless()
    verdict = classify(endless)
    assert endless.asked <= limits.OCTETS // limits.LINE_OCTETS + 1
    assert f"only the first {limits.OCTETS} octets were read" in [each.says for each in verdict.evidence]


HEAVY: dict[str, Callable[[], bytes]] = {
    "90 full parts": lambda: MIXED + (b"--b\n\n" + b"x" * 70_000 + b"\n") * 90 + b"y" * (40 * MIB),
    **{name: MONSTERS[name] for name in ("50 MB in one line", "10 000 parts", "10 000 levels")},
    "20 000 fields of 4 KB": lambda: HEAD + (b"X-A: " + b"b" * 4_000 + b"\n") * 12_500,
    "a megabyte of base64 in HTML": lambda: (
        HEAD + b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n" + b"PGI+" * (MIB // 4)
    ),
}


@pytest.mark.parametrize("name", HEAVY)
def test_memory_does_not_grow_with_the_message(name: str) -> None:
    monster = io.BytesIO(HEAVY[name]())
    tracemalloc.start()
    try:
        examine(monster)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_OCTETS


def test_a_report_before_ten_thousand_parts_is_still_read() -> None:
    monster = MIXED + REPORT + b"Final-Recipient: rfc822; a@example.se\nAction: failed\nStatus: 5.1.1\n"
    verdict = classify_bytes(monster + b"--b\n\nhej\n" * 10_000)
    assert (verdict.kind, verdict.recipient) == (Kind.BOUNCE, "a@example.se")
    assert f"only the first {limits.PARTS} parts were read" in [each.says for each in verdict.evidence]


def test_no_more_is_kept_than_the_limits_say() -> None:
    message = read(io.BytesIO(MIXED + (b"--b\n\n" + b"x" * 200_000 + b"\n") * 1000))
    assert len(message.parts) <= limits.PARTS + 1
    assert max(len(part.body) for part in message.parts) <= limits.BODY_OCTETS
    assert sum(len(part.body) for part in message.parts) <= limits.KEPT_OCTETS


@pytest.mark.parametrize(
    "charset", [b"utf-16", b"utf-7", b"x-mac-klingon", b"zip", b"idna", b"''", b"a" * 5000]
)
def test_a_wrong_charset_hides_no_report(charset: bytes) -> None:
    broken = sample("dsn-over-quota").replace(b"charset=utf-8", b"charset=" + charset)
    assert classify_bytes(broken).recipient == "bengt.ek@example.se"


def test_a_bug_of_ours_is_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise ZeroDivisionError

    verdict = classify(Broken())
    assert verdict.kind is Kind.UNKNOWN
    assert verdict.evidence[0].says.endswith("ZeroDivisionError")
