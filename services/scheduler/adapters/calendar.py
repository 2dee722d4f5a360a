"""What the calendar shows of editions, and the secret addresses by which it is read."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.domain.timetable import Planned
from shared.ids import new_id

_BETWEEN = text(
    """
    SELECT edition_id, wednesday AS day, state, extra_no IS NOT NULL AS extra, freeze_at, undo_at, release_at,
        moved_from, sequence,
        coalesce(greatest(changed_at, max(joined_at), max(withdrawal.at)), freeze_at) AS changed_at,
        coalesce(array_agg(title ORDER BY edition_order.order_no)
            FILTER (WHERE title IS NOT NULL AND coalesce(withdrawal.reason, taken_back) IS NULL), '{}')
            AS titles,
        CASE WHEN frozen_at IS NOT NULL THEN mails ELSE (
            SELECT CAST(figures->>'mails' AS bigint) FROM preview
            WHERE preview.edition_no = edition.edition_no ORDER BY preview_no DESC LIMIT 1
        ) END AS mails
    FROM edition LEFT JOIN edition_order USING (edition_no) LEFT JOIN orders USING (order_no)
    LEFT JOIN withdrawal USING (order_id)
    WHERE wednesday BETWEEN :first AND :last AND state <> 'dissolved'
    GROUP BY edition_no ORDER BY wednesday
    """
)

_GONE = text(
    """
    SELECT coalesce(moved_from, wednesday) AS day, max(sequence) + 1 AS sequence FROM edition
    WHERE state = 'dissolved' AND extra_no IS NULL
        AND coalesce(moved_from, wednesday) BETWEEN :first AND :last
    GROUP BY 1
    """
)

_MAKE = text(
    "INSERT INTO calendar_feed (feed_id, name, secret_hash, made_by, made_at) "
    "VALUES (:feed_id, :name, :secret_hash, :by, :at)"
)

_FEEDS = text(
    "SELECT feed_id, name, made_by, made_at, revoked_by, revoked_at FROM calendar_feed "
    "ORDER BY made_at, feed_id"
)

_REVOKE = text(
    "UPDATE calendar_feed SET revoked_by = :by, revoked_at = :at "
    "WHERE feed_id = :feed_id AND revoked_at IS NULL RETURNING feed_id"
)

_HOLDS = text(
    "SELECT EXISTS (SELECT FROM calendar_feed WHERE secret_hash = :secret_hash AND revoked_at IS NULL)"
)


@dataclass(frozen=True)
class Feed:
    """A secret address of the calendar, without the secret."""

    feed_id: UUID
    name: str
    made_by: str
    made_at: datetime
    revoked_by: str | None
    revoked_at: datetime | None


async def between(conn: AsyncConnection, first: date, last: date) -> list[Planned]:
    """Return the editions of these days, the earliest first."""
    rows = (await conn.execute(_BETWEEN, {"first": first, "last": last})).mappings()
    return [Planned(**{**row, "titles": tuple(row["titles"])}) for row in rows]


async def gone(conn: AsyncConnection, first: date, last: date) -> dict[date, int]:
    """Return the Wednesdays whose edition was dissolved, each with what follows its last sequence."""
    rows = await conn.execute(_GONE, {"first": first, "last": last})
    return {row.day: row.sequence for row in rows}


async def make_feed(conn: AsyncConnection, name: str, secret: str, by: str, at: datetime) -> UUID:
    """Keep a new address; of its secret only the hash."""
    feed_id = new_id()
    told = {"feed_id": feed_id, "name": name, "secret_hash": _hash(secret), "by": by, "at": at}
    await conn.execute(_MAKE, told)
    return feed_id


async def feeds(conn: AsyncConnection) -> list[Feed]:
    """Return all addresses, revoked ones too."""
    return [Feed(**row) for row in (await conn.execute(_FEEDS)).mappings()]


async def revoke(conn: AsyncConnection, feed_id: UUID, by: str, at: datetime) -> bool:
    """Revoke an address for ever; return whether there was one that still held."""
    found = await conn.execute(_REVOKE, {"feed_id": feed_id, "by": by, "at": at})
    return found.scalar_one_or_none() is not None


async def holds(conn: AsyncConnection, secret: str) -> bool:
    """Whether a secret is that of an address not revoked."""
    return bool((await conn.execute(_HOLDS, {"secret_hash": _hash(secret)})).scalar_one())


def _hash(secret: str) -> bytes:
    """The secret is 256 random bits, so a plain hash gives nothing away."""
    return sha256(secret.encode()).digest()
