"""Reading what an edition came to: for the API and whoever asks why."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_EXCLUSIONS = text(
    """
    SELECT order_no, order_id, title, person_key, person_id, name, reason, after_freeze
    FROM exclusion JOIN orders USING (order_no) JOIN person USING (person_key)
    WHERE edition_no = :edition_no AND order_no <= :last_order
      AND (CAST(:reason AS text) IS NULL OR reason = CAST(:reason AS text))
      AND (order_no, person_key) > (:after_order, :after_person)
    ORDER BY order_no, person_key LIMIT :limit
    """
)

_ORDER_NO = text("SELECT order_no FROM orders WHERE order_id = :order_id")
_LAST = 2**62
"""A number above that of every order."""

_WITHHELD = text(
    "SELECT order_no, sum(later) AS people FROM exclusion_count WHERE edition_no = :edition_no "
    "GROUP BY order_no"
)

_SUMMARIES = text(
    """
    SELECT edition_no,
        (SELECT count(*) FROM edition_order JOIN orders USING (order_no)
            WHERE edition_order.edition_no = wanted.edition_no AND taken_back IS NULL
              AND NOT EXISTS (SELECT FROM withdrawal w WHERE w.order_id = orders.order_id)) AS orders,
        (SELECT coalesce(jsonb_object_agg(reason, people), '{}') FROM (
            SELECT reason, sum(people) AS people FROM exclusion_count
            WHERE exclusion_count.edition_no = wanted.edition_no GROUP BY reason) AS e) AS excluded,
        (SELECT coalesce(jsonb_object_agg(state, mails), '{}') FROM tally
            WHERE tally.edition_no = wanted.edition_no AND mails > 0) AS outcomes,
        (SELECT CAST(sum(saved) AS double precision) FROM order_saving
            WHERE order_saving.edition_no = wanted.edition_no) AS saved
    FROM unnest(CAST(:edition_no AS bigint[])) AS wanted (edition_no)
    """
)

_REGISTER = text(
    """
    SELECT (SELECT count(*) FROM person WHERE version >= :version) AS persons,
        (SELECT count(*) FROM unit WHERE version >= :version) AS units,
        (SELECT count(*) FROM assignment WHERE version >= :version) AS assignments,
        (SELECT count(*) FROM suppression WHERE NOT lifted) AS suppressions
    """
)

_BATCHES = text(
    "SELECT count(*), count(handed_at), count(recorded_at) FROM batch WHERE edition_no = :edition_no"
)

_PERSON = text("SELECT person_key, erased FROM person WHERE person_id = :person_id")

_WHY_NOT = text(
    "SELECT reason, after_freeze FROM exclusion "
    "WHERE edition_no = :edition_no AND order_no = :order_no AND person_key = :person_key"
)

_WHY = """
    SELECT mailbox_key, state, reported_at, reply, assignment_type, unit_name
    FROM planned_mail CROSS JOIN LATERAL unnest(persons, cells) AS e (person_key, cell_no)
    JOIN edition_cell USING (edition_no, cell_no)
    WHERE edition_no = :edition_no AND persons @> ARRAY[CAST(:person_key AS bigint)]
      AND e.person_key = :person_key AND get_bit(sections, :position - 1) = 1
      AND (refused IS NULL OR get_bit(refused, :position - 1) = 0)
"""

_WHY_THERE = text(
    _WHY + " AND mailbox_key = (SELECT mailbox_key FROM person WHERE person.person_key = :person_key)"  # noqa: S608  # constants
    " ORDER BY assignment_type, unit_name"
)
_WHY_ANYWHERE = text(_WHY + " ORDER BY assignment_type, unit_name")
"""Reads all mails of the edition: only for who has another address than at the freeze, or no such mail."""


_HANDED = text(
    "SELECT handed_at, recorded_at FROM batch "
    "WHERE edition_no = :edition_no AND :mailbox_key BETWEEN first_mailbox AND last_mailbox"
)


@dataclass(frozen=True)
class Exclusion:
    """Somebody who did not get an order, and why."""

    order_no: int
    order_id: UUID
    title: str
    person_key: int
    person_id: str
    name: str
    reason: str
    after_freeze: bool


@dataclass(frozen=True)
class Summary:
    """An edition in short: orders not withdrawn, people left out by reason, mails by delivery state.

    ``saved``: mails that merging spared, once that is counted.
    """

    orders: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    saved: float | None = None


@dataclass(frozen=True)
class Progress:
    """Batches of an edition: all, handed to the sender, and answered by it."""

    batches: int
    handed: int
    recorded: int


@dataclass(frozen=True)
class Found:
    """An order in a person's mail, by which assignments, and what became of the mail."""

    mailbox_key: int
    state: str
    reported_at: datetime | None
    reply: str
    roles: tuple[str, ...]


async def exclusions(
    conn: AsyncConnection,
    edition_no: int,
    *,
    order_id: UUID | None,
    reason: str | None,
    after: tuple[int, int],
    limit: int,
) -> list[Exclusion]:
    """Return exclusions after a place in the list, in the order of orders and people."""
    last = _LAST
    if order_id is not None:
        last = (await conn.execute(_ORDER_NO, {"order_id": order_id})).scalar_one_or_none() or 0
        after = max(after, (last, 0))
    told = {
        "edition_no": edition_no,
        "last_order": last,
        "reason": reason,
        "after_order": after[0],
        "after_person": after[1],
        "limit": limit,
    }
    return [Exclusion(**row) for row in (await conn.execute(_EXCLUSIONS, told)).mappings()]


async def summaries(conn: AsyncConnection, edition_nos: list[int]) -> dict[int, Summary]:
    """Return editions in short, by number."""
    rows = await conn.execute(_SUMMARIES, {"edition_no": edition_nos})
    return {row.edition_no: Summary(row.orders, row.excluded, row.outcomes, row.saved) for row in rows}


async def withheld(conn: AsyncConnection, edition_no: int) -> dict[int, int]:
    """Return how many people each order lost between freeze and hand-over."""
    rows = await conn.execute(_WITHHELD, {"edition_no": edition_no})
    return {row.order_no: int(row.people) for row in rows}


async def register(conn: AsyncConnection, version: int) -> dict[str, int]:
    """Count what is known at a version or a later one, and the suppressions that hold."""
    return dict((await conn.execute(_REGISTER, {"version": version})).mappings().one())


async def progress(conn: AsyncConnection, edition_no: int) -> Progress:
    """Return how far the hand-over is."""
    return Progress(*(await conn.execute(_BATCHES, {"edition_no": edition_no})).one())


async def person(conn: AsyncConnection, person_id: str) -> tuple[int, bool] | None:
    """Return a person's number and whether they are erased."""
    row = (await conn.execute(_PERSON, {"person_id": person_id})).one_or_none()
    return (row.person_key, row.erased) if row else None


async def why_not(
    conn: AsyncConnection, edition_no: int, order_no: int, person_key: int
) -> tuple[str, bool] | None:
    """Return why a person was left out of an order, and whether after the freeze."""
    told = {"edition_no": edition_no, "order_no": order_no, "person_key": person_key}
    row = (await conn.execute(_WHY_NOT, told)).one_or_none()
    return (row.reason, row.after_freeze) if row else None


async def why(conn: AsyncConnection, edition_no: int, position: int, person_key: int) -> Found | None:
    """Return the mail in which a person has the order at a position."""
    told = {"edition_no": edition_no, "position": position, "person_key": person_key}
    rows = (await conn.execute(_WHY_THERE, told)).all() or (await conn.execute(_WHY_ANYWHERE, told)).all()
    if not rows:
        return None
    roles = tuple(f"{row.assignment_type}, {row.unit_name}".rstrip(", ") for row in rows)
    first = rows[0]
    return Found(first.mailbox_key, first.state, first.reported_at, first.reply, roles)


async def handed(
    conn: AsyncConnection, edition_no: int, mailbox_key: int
) -> tuple[datetime | None, datetime | None]:
    """Return when a mail was handed to the sender, and when the sender had written it down."""
    row = (await conn.execute(_HANDED, {"edition_no": edition_no, "mailbox_key": mailbox_key})).one_or_none()
    return (row.handed_at, row.recorded_at) if row else (None, None)
