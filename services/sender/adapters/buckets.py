"""Token buckets in the database, shared by all processes. A row is locked for as long as it is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.sender.adapters.leasing import Connection
from services.sender.domain.buckets import Bucket, Grant, Limit, Period, grant

_FILL = """
INSERT INTO bucket (name, period, tokens, at)
SELECT name, period, tokens, now()
FROM unnest($1::text[], $2::text[], $3::float8[]) AS new(name, period, tokens)
ON CONFLICT DO NOTHING
"""
_LOCK = """
SELECT name, period, tokens, at, kept_until, clock_timestamp() AS now FROM bucket
WHERE (name, period) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY name, period FOR UPDATE
"""
_STORE = """
UPDATE bucket b SET tokens = new.tokens, at = new.at, kept_until = new.kept_until
FROM unnest($1::text[], $2::text[], $3::float8[], $4::timestamptz[], $5::timestamptz[])
    AS new(name, period, tokens, at, kept_until)
WHERE b.name = new.name AND b.period = new.period
"""
_PUT_BACK = """
UPDATE bucket b SET tokens = tokens + unused.mails
FROM unnest($1::text[], $2::float8[]) AS unused(name, mails) WHERE b.name = unused.name
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """For how many mails tokens are wanted, and the limits that hold there."""

    name: str
    limits: tuple[Limit, ...]
    letters: int
    mailings: int


async def take(conn: Connection, asked: Sequence[Asked]) -> dict[str, Grant]:
    """Take tokens from several buckets at once; return what was granted, by name."""
    ordered = sorted(
        ((each.name, limit) for each in asked for limit in each.limits), key=lambda it: (it[0], it[1].period)
    )
    names, periods = [name for name, _ in ordered], [limit.period for _, limit in ordered]
    async with conn.transaction():
        await conn.execute(_FILL, names, periods, [limit.capacity for _, limit in ordered])
        rows = await conn.fetch(_LOCK, names, periods)
        found = {(row["name"], row["period"]): row for row in rows}
        granted = {each.name: _granted(each, found) for each in asked}
        left = [(each.name, bucket) for each in asked for bucket in granted[each.name].buckets]
        await conn.execute(
            _STORE,
            [name for name, _ in left],
            [bucket.limit.period for _, bucket in left],
            [bucket.tokens for _, bucket in left],
            [bucket.at for _, bucket in left],
            [bucket.kept_until for _, bucket in left],
        )
    return granted


def _granted(asked: Asked, found: Mapping[tuple[str, Period], Connection]) -> Grant:
    rows = [(limit, found[asked.name, limit.period]) for limit in asked.limits]
    buckets = [Bucket(limit, row["tokens"], row["at"], row["kept_until"]) for limit, row in rows]
    return grant(buckets, rows[0][1]["now"], letters=asked.letters, mailings=asked.mailings)


async def put_back(conn: Connection, unused: Mapping[str, int]) -> None:
    """Give tokens back that were not used."""
    await conn.execute(_PUT_BACK, list(unused), [float(mails) for mails in unused.values()])
