"""Orders as intake accepted them, and the editions they are on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.editions import EDITION, Edition, edition_from
from services.scheduler.domain.sections import Ranked
from shared.contracts.intake import OrderAccepted, SectionText
from shared.contracts.message import Language, OrderClass, Urgency

Texts = dict[UUID, dict[Language, SectionText]]
"""The text of orders in each of their languages."""


@dataclass(frozen=True)
class PlacedOrder:
    """An order on an edition. ``position`` is there once the edition is frozen.

    An order ``carried_from`` an edition is here only for the people for whom it was moved there (D2);
    ``weeks`` is how often that has happened, and ``taken_back`` why not even they get it here.
    """

    order_no: int
    order_id: UUID
    unit_id: str
    unit_name: str
    title: str
    order_class: OrderClass
    completed_at: datetime
    position: int | None
    recipients: int | None
    withdrawn: bool
    urgency: Urgency = "normal"
    carried_from: int | None = None
    weeks: int = 0
    taken_back: str | None = None
    follows_up: bool = False

    @property
    def ranked(self) -> Ranked:
        """What decides where it stands."""
        return Ranked(
            self.order_id,
            self.order_class,
            self.urgency,
            self.unit_name,
            self.unit_id,
            self.completed_at,
            self.weeks,
            self.follows_up,
        )


_ADD = text(
    """
    INSERT INTO orders (order_id, unit_id, unit_name, ordered_by, title, order_class, audience,
        assignment_types, all_units, regions, unit_ids, own_branch, members, recipients_of, texts,
        completed_at, not_before, urgency)
    VALUES (:order_id, :unit_id, :unit_name, :ordered_by, :title, :order_class, CAST(:audience AS jsonb),
        :assignment_types, :all_units, :regions, :unit_ids, :own_branch, :members, :recipients_of,
        CAST(:texts AS jsonb), :completed_at, :not_before, :urgency)
    ON CONFLICT (order_id) DO NOTHING RETURNING order_no
    """
)

_EDITIONS_OF = text(
    f"SELECT {EDITION} FROM edition JOIN edition_order USING (edition_no) "  # noqa: S608  # a constant
    "JOIN orders USING (order_no) WHERE order_id = :order_id ORDER BY weeks, wednesday DESC"
)

_FIRST_PLACE = text(
    "SELECT edition_no, order_no FROM edition_order JOIN orders USING (order_no) "
    "WHERE order_id = :order_id AND carried_from IS NULL"
)

_JOIN = text(
    "INSERT INTO edition_order (edition_no, order_no, note, joined_at) "
    "VALUES (:edition_no, :order_no, :note, :at)"
)

_NOTE = text(
    "SELECT note FROM edition_order JOIN orders USING (order_no) "
    "WHERE edition_no = :edition_no AND order_id = :order_id"
)

_WITHDRAW = text(
    "INSERT INTO withdrawal (order_id, reason, at) VALUES (:order_id, :reason, :at) "
    "ON CONFLICT (order_id) DO NOTHING"
)

_AFTER = text(
    """
    UPDATE withdrawal SET at = releasing_at + interval '1 microsecond' FROM edition
    WHERE order_id = :order_id AND edition_no = :edition_no AND at <= releasing_at
    """
)

_IS_WITHDRAWN = text("SELECT EXISTS (SELECT FROM withdrawal WHERE order_id = :order_id)")

_ON_EDITION = text(
    """
    SELECT order_no, order_id, unit_id, unit_name, title, order_class, completed_at, position, recipients,
        taken_back IS NOT NULL
            OR EXISTS (SELECT FROM withdrawal w WHERE w.order_id = orders.order_id) AS withdrawn,
        urgency, carried_from, weeks, taken_back, recipients_of <> '{}' AS follows_up
    FROM edition_order JOIN orders USING (order_no)
    WHERE edition_no = :edition_no ORDER BY position, order_no
    """
)

_LEAVING = text(
    """
    SELECT order_id FROM edition_order JOIN orders USING (order_no) JOIN edition USING (edition_no)
    WHERE edition_no = :edition_no AND position IS NOT NULL AND carried_from IS NULL
      AND NOT EXISTS (SELECT FROM withdrawal w WHERE w.order_id = orders.order_id AND w.at <= releasing_at)
    ORDER BY position
    """
)

_NAMED = text(
    """
    SELECT order_no, order_id, unit_id, unit_name, title, order_class, completed_at,
        CAST(NULL AS integer) AS position, CAST(NULL AS bigint) AS recipients, false AS withdrawn, urgency,
        recipients_of <> '{}' AS follows_up
    FROM orders WHERE order_id = ANY(:order_id)
    """
)

_TEXTS = text("SELECT order_id, texts FROM orders WHERE order_no = ANY(:order_no)")


async def add(conn: AsyncConnection, order: OrderAccepted) -> int | None:
    """Store an order; return its number, or None if it is here already."""
    texts = {language: part.model_dump(mode="json") for language, part in order.texts.items()}
    result = await conn.execute(
        _ADD,
        {
            "order_id": order.order_id,
            "unit_id": order.unit_id,
            "unit_name": order.unit_name,
            "ordered_by": order.ordered_by,
            "title": order.title,
            "order_class": order.order_class,
            "audience": order.audience.model_dump_json(),
            "assignment_types": list(order.audience.assignment_types),
            "all_units": order.audience.all_units,
            "regions": list(order.audience.regions),
            "unit_ids": list(order.audience.units),
            "own_branch": order.audience.own_branch,
            "members": order.audience.members,
            "recipients_of": list(order.audience.recipients_of),
            "texts": json.dumps(texts, ensure_ascii=False),
            "completed_at": order.completed_at,
            "not_before": order.not_before,
            "urgency": order.urgency,
        },
    )
    return result.scalar()


async def join(
    conn: AsyncConnection, edition_no: int, order_no: int, note: str = "", at: datetime | None = None
) -> None:
    """Put an order on an edition, with what its orderer is told of that."""
    await conn.execute(_JOIN, {"edition_no": edition_no, "order_no": order_no, "note": note, "at": at})


async def note_of(conn: AsyncConnection, edition_no: int, order_id: UUID) -> str:
    """Return what the orderer is told of an order's edition."""
    found = await conn.execute(_NOTE, {"edition_no": edition_no, "order_id": order_id})
    return str(found.scalar_one())


async def editions_of(conn: AsyncConnection, order_id: UUID) -> list[Edition]:
    """Return the edition that an order is on, and those to which it was carried over after it (D2)."""
    return [edition_from(row) for row in await conn.execute(_EDITIONS_OF, {"order_id": order_id})]


async def edition_of(conn: AsyncConnection, order_id: UUID) -> Edition | None:
    """Return the edition that an order is on, for all but those for whom it was moved."""
    return next(iter(await editions_of(conn, order_id)), None)


async def first_place(conn: AsyncConnection, order_id: UUID) -> tuple[int, int] | None:
    """Return the numbers of the edition that an order is on, for all but those moved, and of the order."""
    row = (await conn.execute(_FIRST_PLACE, {"order_id": order_id})).one_or_none()
    return (row.edition_no, row.order_no) if row else None


async def withdraw(conn: AsyncConnection, order_id: UUID, reason: str, at: datetime) -> bool:
    """Remember that an order was taken back, if that is not known. It may not have come itself yet."""
    told = {"order_id": order_id, "reason": reason, "at": at}
    return (await conn.execute(_WITHDRAW, told)).rowcount == 1


async def withdrawn_after(conn: AsyncConnection, order_id: UUID, edition_no: int) -> None:
    """Note of an order taken back that its locked edition had begun to leave, whatever clocks say."""
    await conn.execute(_AFTER, {"order_id": order_id, "edition_no": edition_no})


async def is_withdrawn(conn: AsyncConnection, order_id: UUID) -> bool:
    return bool((await conn.execute(_IS_WITHDRAWN, {"order_id": order_id})).scalar_one())


async def on_edition(conn: AsyncConnection, edition_no: int) -> list[PlacedOrder]:
    """Return the orders of an edition by position, where they have one."""
    rows = await conn.execute(_ON_EDITION, {"edition_no": edition_no})
    return [PlacedOrder(**row) for row in rows.mappings()]


async def named(conn: AsyncConnection, order_ids: Sequence[UUID]) -> list[PlacedOrder]:
    """Return orders by id, on whichever edition they are; unknown ones are left out."""
    rows = await conn.execute(_NAMED, {"order_id": list(order_ids)})
    return [PlacedOrder(**row) for row in rows.mappings()]


async def texts_of(conn: AsyncConnection, order_nos: list[int]) -> Texts:
    """Return each order's text in each of its languages."""
    rows = await conn.execute(_TEXTS, {"order_no": order_nos})
    return {
        order_id: {language: SectionText(**part) for language, part in texts.items()}
        for order_id, texts in rows
    }


async def leaving(conn: AsyncConnection, edition_no: int) -> list[UUID]:
    """Return the orders that left with an edition: not those withdrawn before its release began, nor those
    that were here only for people for whom they were moved (D2)."""
    return list((await conn.execute(_LEAVING, {"edition_no": edition_no})).scalars())
