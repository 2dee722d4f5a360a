"""Messages made to hurt: bounded in time and memory, and nothing raises."""

import io
import time
import tracemalloc
from collections.abc import Callable

import pytest

from services.sender.domain.mailbox import limits
from services.sender.domain.mailbox.classify import classify, classify_bytes
from services.sender.domain.mailbox.mime import read
from services.sender.domain.mailbox.verdict import Kind
from tests.unit.sender.mailbox.samples import sample

SECONDS = 20.0
"""Far above what is needed, for a busy machine; what is not bounded takes minutes."""

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


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_is_judged_in_bounded_time(name: str) -> None:
    monster = io.BytesIO(MONSTERS[name]())
    began = time.monotonic()
    verdict = classify(monster)
    assert time.monotonic() - began < SECONDS
    assert verdict.evidence
    assert not [each for each in verdict.evidence if "mistake" in each.says]


def test_memory_does_not_grow_with_the_message() -> None:
    monster = io.BytesIO(MIXED + (b"--b\n\n" + b"x" * 70_000 + b"\n") * 90 + b"y" * (40 * MIB))
    tracemalloc.start()
    try:
        classify(monster)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12 * MIB


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
