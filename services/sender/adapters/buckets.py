"""Token buckets in the database, shared by all processes. A row is locked for as long as it is counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.sender.adapters.leasing import Connection
from services.sender.domain.buckets import (
    SLOW,
    Bucket,
    CountingBucket,
    EvenBucket,
    Grant,
    Limit,
    Period,
    grant,
)

_FILL = """
INSERT INTO bucket (name, period, tokens, at)
SELECT name, period, tokens, now()
FROM unnest($1::text[], $2::text[], $3::float8[]) AS new(name, period, tokens)
ON CONFLICT DO NOTHING
"""
_LOCK = """
SELECT name, period, tokens, at, kept_until, due, coming, clock_timestamp() AS now FROM bucket
WHERE (name, period) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY name, period FOR UPDATE
"""
_STORE = """
UPDATE bucket SET tokens = $3, at = $4, kept_until = $5, due = $6, coming = $7 WHERE name = $1 AND period = $2
"""
_FORGET = """
WITH full_again AS MATERIALIZED (
    SELECT name, period FROM bucket
    WHERE at < now() - interval '1 hour' AND now() >= ALL (due) AND coalesce(kept_until, at) < now()
    FOR UPDATE SKIP LOCKED
)
DELETE FROM bucket b USING full_again f WHERE b.name = f.name AND b.period = f.period
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """For how many mails tokens are wanted, and the limits that hold there."""

    name: str
    limits: tuple[Limit, ...]
    letters: int
    mailings: int


@dataclass(frozen=True, slots=True)
class Unused:
    """How many tokens were not used, and when they were taken (``Grant.at``)."""

    name: str
    limits: tuple[Limit, ...]
    mails: int
    taken: datetime


Rows = Mapping[tuple[str, Period], Any]
"""By name and period, locked until the transaction ends."""


async def take(conn: Connection, asked: Sequence[Asked]) -> dict[str, Grant]:
    """Take tokens from several buckets at once; return what was granted, by name."""
    while (granted := await _take_from(conn, asked)) is None:
        pass
    return granted


async def _take_from(conn: Connection, asked: Sequence[Asked]) -> dict[str, Grant] | None:
    """Return None if a bucket was forgotten in between; then it is to be filled anew, with nothing locked."""
    wanted = _ordered(asked)
    async with conn.transaction():
        await conn.execute(
            _FILL,
            [name for name, _ in wanted],
            [limit.period for _, limit in wanted],
            [limit.capacity for _, limit in wanted],
        )
        rows = await _lock(conn, asked)
        if len(rows) < len(wanted):
            return None
        granted = {each.name: _granted(each, rows) for each in asked}
        await _store(conn, ((each.name, bucket) for each in asked for bucket in granted[each.name].buckets))
    return granted


def _granted(asked: Asked, rows: Rows) -> Grant:
    found = [(limit, rows[asked.name, limit.period]) for limit in asked.limits]
    buckets = [_bucket(limit, row) for limit, row in found]
    return grant(buckets, found[0][1]["now"], letters=asked.letters, mailings=asked.mailings)


async def put_back(conn: Connection, unused: Sequence[Unused]) -> None:
    """Give tokens back that were not used. What was forgotten since is full."""
    async with conn.transaction():
        rows = await _lock(conn, unused)
        buckets: dict[tuple[str, Period], Bucket] = {}
        for each in unused:
            for limit in each.limits:
                key = each.name, limit.period
                if key in rows:
                    bucket = buckets.get(key) or _bucket(limit, rows[key])
                    buckets[key] = bucket.with_unused(each.mails, each.taken)
        await _store(conn, ((name, bucket) for (name, _), bucket in buckets.items()))


async def forget_full(conn: Connection) -> None:
    """Forget the buckets that are full again and untouched for an hour, but none that is being counted."""
    await conn.execute(_FORGET)


def _ordered(concerned: Sequence[Asked] | Sequence[Unused]) -> list[tuple[str, Limit]]:
    """Return names and limits in the order in which they are locked, each once."""
    found = {(each.name, limit.period): limit for each in concerned for limit in each.limits}
    return [(name, found[name, period]) for name, period in sorted(found)]


async def _lock(conn: Connection, concerned: Sequence[Asked] | Sequence[Unused]) -> Rows:
    ordered = _ordered(concerned)
    rows = await conn.fetch(_LOCK, [name for name, _ in ordered], [limit.period for _, limit in ordered])
    return {(row["name"], row["period"]): row for row in rows}


def _bucket(limit: Limit, row: Any) -> Bucket:
    at, kept_until = row["at"], row["kept_until"]
    if limit.period in SLOW:
        out = tuple(zip(row["due"], row["coming"], strict=True))
        return CountingBucket(limit=limit, at=at, kept_until=kept_until, out=out)
    return EvenBucket(limit=limit, at=at, kept_until=kept_until, tokens=row["tokens"])


async def _store(conn: Connection, buckets: Iterable[tuple[str, Bucket]]) -> None:
    await conn.executemany(_STORE, [(name, *_row(bucket)) for name, bucket in buckets])


def _row(bucket: Bucket) -> tuple[Any, ...]:
    out = bucket.out if isinstance(bucket, CountingBucket) else ()
    due, coming = [due for due, _ in out], [mails for _, mails in out]
    return bucket.limit.period, bucket.tokens, bucket.at, bucket.kept_until, due, coming
