"""Taking back what is still to come of orders: on their edition, and on those to which they moved (D2)."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.editions import EDITION, Edition, edition_from

_CHAIN = """
    WITH RECURSIVE chain AS (
        SELECT edition_no, order_no, carried_from AS moved_from, taken_back FROM edition_order
        WHERE edition_no = :edition_no AND order_no = coalesce(CAST(:order_no AS bigint), order_no)
        UNION ALL
        SELECT later.edition_no, later.order_no, later.carried_from, later.taken_back
        FROM chain JOIN edition_order later
            ON later.order_no = chain.order_no AND later.carried_from = chain.edition_no
    )
"""
"""The orders of an edition, or one of them, and each edition to which contact pressure moved them."""

_TO_COME = text(
    f"{_CHAIN} SELECT {EDITION} FROM edition WHERE edition_no IN (SELECT edition_no FROM chain) "  # noqa: S608  # constants
    "AND state IN ('open', 'frozen', 'held', 'parked') ORDER BY wednesday FOR UPDATE"
)

_SHARES = text(
    f"{_CHAIN} SELECT edition_no, order_no, moved_from, taken_back IS NULL FROM chain "  # noqa: S608  # a constant
    "WHERE edition_no = ANY(:to_come)"
)

_MARK = text(
    """
    UPDATE edition_order SET taken_back = :reason
    FROM unnest(CAST(:edition_no AS bigint[]), CAST(:order_no AS bigint[])) AS t (edition_no, order_no)
    WHERE edition_order.edition_no = t.edition_no AND edition_order.order_no = t.order_no
      AND taken_back IS NULL
    """
)

_PROMISED = text(
    """
    WITH wanted AS (
        SELECT * FROM unnest(CAST(:edition_no AS bigint[]), CAST(:order_no AS bigint[]))
            AS t (edition_no, order_no)
    ),
    told AS (
        UPDATE exclusion SET reason = :reason FROM wanted
        WHERE exclusion.edition_no = wanted.edition_no AND exclusion.order_no = wanted.order_no
          AND reason = 'contact_pressure'
        RETURNING exclusion.edition_no, exclusion.order_no
    ),
    uncounted AS (
        DELETE FROM exclusion_count c USING wanted
        WHERE c.edition_no = wanted.edition_no AND c.order_no = wanted.order_no
          AND reason = 'contact_pressure'
    )
    INSERT INTO exclusion_count (edition_no, order_no, reason, people)
    SELECT edition_no, order_no, :reason, count(*) FROM told GROUP BY edition_no, order_no
    ON CONFLICT (edition_no, order_no, reason) DO UPDATE
        SET people = exclusion_count.people + EXCLUDED.people
    """
)


@dataclass(frozen=True)
class Share:
    """An order on an edition that has not begun to leave; ``moved_from`` the one before, if it was moved.

    ``was_to_come``: nobody had taken it back before.
    """

    edition_no: int
    order_no: int
    moved_from: int | None
    was_to_come: bool


async def to_come(conn: AsyncConnection, edition_no: int, order_no: int | None) -> list[Edition]:
    """Return the editions that have not begun to leave, locked, the earliest first: of this edition and those
    to which its orders, or one of them, were moved."""
    told = {"edition_no": edition_no, "order_no": order_no}
    found: list[Edition] = []
    while True:
        rows = [edition_from(row) for row in await conn.execute(_TO_COME, told)]
        if rows == found:
            return found
        found = rows  # one that we waited for may have moved orders on while it began to leave


async def shares(
    conn: AsyncConnection, edition_no: int, order_no: int | None, editions: Collection[Edition]
) -> list[Share]:
    """Return what of an edition's orders, or of one of them, is on these editions."""
    told = {"edition_no": edition_no, "order_no": order_no, "to_come": [e.edition_no for e in editions]}
    return [Share(*row) for row in await conn.execute(_SHARES, told)]


async def take_back(conn: AsyncConnection, found: Collection[Share], reason: str) -> None:
    """Let nobody get shares that were moved, nor wait for what is moved out of any of them."""
    moved = [share for share in found if share.moved_from is not None]
    await conn.execute(
        _MARK,
        {
            "edition_no": [share.edition_no for share in moved],
            "order_no": [share.order_no for share in moved],
            "reason": reason,
        },
    )
    promised = [(share.edition_no, share.order_no) for share in found]
    promised += [(share.moved_from, share.order_no) for share in moved if share.moved_from is not None]
    await conn.execute(
        _PROMISED,
        {"edition_no": [e for e, _ in promised], "order_no": [o for _, o in promised], "reason": reason},
    )
