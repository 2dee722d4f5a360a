"""Orders in the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters.tables import order_history, orders
from services.intake.domain.audiences import Audience, Excluded
from services.intake.domain.orders import Faq, Order, Reason, SectionText, Wish
from services.intake.domain.states import HAS_LEFT, Input, State

UNANSWERED: ColumnElement[bool] = and_(
    orders.c.answered_at.is_(None), orders.c.submitted_at.is_not(None), orders.c.state != State.WITHDRAWN
)
"""Submitted, and its orderer told nothing yet (A4); the condition of the index ``orders_unanswered_idx``."""


@dataclass(frozen=True)
class Selection:
    """Which orders to list, newest first; unanswered ones by when their answer is due."""

    state: State | None = None
    unit_id: str | None = None
    ordered_by: str | None = None
    unanswered: bool = False
    limit: int = 50
    offset: int = 0


async def add(conn: AsyncConnection, order: Order) -> None:
    await conn.execute(insert(orders).values(_row(order)))


async def save(conn: AsyncConnection, order: Order) -> None:
    await conn.execute(update(orders).where(orders.c.order_id == order.order_id).values(_row(order)))


async def find(conn: AsyncConnection, order_id: UUID) -> Order | None:
    return await _one(conn, order_id, lock=False)


async def find_locked(conn: AsyncConnection, order_id: UUID) -> Order | None:
    """Return the order and keep others from changing it until the transaction ends."""
    return await _one(conn, order_id, lock=True)


async def find_all_locked(conn: AsyncConnection, order_ids: Sequence[UUID]) -> dict[UUID, Order]:
    """Lock and return those orders that exist, in the order of their ids so that two callers cannot block."""
    query = select(orders).where(orders.c.order_id.in_(order_ids)).order_by(orders.c.order_id)
    rows = (await conn.execute(query.with_for_update())).mappings()
    return {row["order_id"]: _order(row) for row in rows}


async def left_among(conn: AsyncConnection, order_ids: Iterable[str]) -> dict[str, str]:
    """Return the ordering unit of each of these orders that has been sent or stopped."""
    wanted = [UUID(order_id) for order_id in order_ids]
    query = select(orders.c.order_id, orders.c.unit_id).where(
        orders.c.order_id.in_(wanted), orders.c.state.in_(HAS_LEFT)
    )
    return {str(row.order_id): row.unit_id for row in await conn.execute(query)} if wanted else {}


async def listed(conn: AsyncConnection, which: Selection) -> tuple[int, list[Order]]:
    """Return how many orders there are of the kind, and one page of them."""
    condition = and_(True, *_conditions(which))
    total = await conn.scalar(select(func.count()).select_from(orders).where(condition))
    first = orders.c.answer_due if which.unanswered else orders.c.received_at.desc()
    page = select(orders).where(condition).order_by(first, orders.c.order_id)
    rows = (await conn.execute(page.limit(which.limit).offset(which.offset))).mappings()
    return total or 0, [_order(row) for row in rows]


async def unanswered(conn: AsyncConnection) -> list[tuple[UUID, datetime]]:
    """Return the unanswered orders and when their answers are due, the most urgent first."""
    query = select(orders.c.order_id, orders.c.answer_due).where(UNANSWERED).order_by(orders.c.answer_due)
    return [(row.order_id, row.answer_due) for row in await conn.execute(query)]


async def remember(conn: AsyncConnection, order: Order, given: Input | str, at: datetime, by: str) -> None:
    """Add a line to the order's history (F4)."""
    row = {"order_id": order.order_id, "at": at, "input": given, "state": order.state, "by": by}
    await conn.execute(insert(order_history).values(row))


async def history(conn: AsyncConnection, order_id: UUID) -> list[RowMapping]:
    query = select(order_history).where(order_history.c.order_id == order_id).order_by(order_history.c.step)
    return list((await conn.execute(query)).mappings())


async def _one(conn: AsyncConnection, order_id: UUID, *, lock: bool) -> Order | None:
    query = select(orders).where(orders.c.order_id == order_id)
    row = (await conn.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    return None if row is None else _order(row)


def _conditions(which: Selection) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.state is not None:
        found.append(orders.c.state == which.state)
    if which.unit_id is not None:
        found.append(orders.c.unit_id == which.unit_id)
    if which.ordered_by is not None:
        found.append(orders.c.ordered_by == which.ordered_by)
    if which.unanswered:
        found.append(UNANSWERED)
    return found


_WISH = ("unit_id", "ordered_by", "title", "order_class", "not_before", "sender", "channel", "urgency")
_OWN = (
    "order_id", "state", "received_at", "submissions", "submitted_at", "completed_at", "accepted_at",
    "answer_due", "answered_at", "edition_id", "wednesday", "send_at", "schedule_note", "scheduled_as_of",
    "recipients", "excluded", "withdrawn_because", "stopped_because", "corrects",
)  # fmt: skip


def _row(order: Order) -> dict[str, Any]:
    wish = order.wish
    return {
        **{name: getattr(wish, name) for name in _WISH},
        **{name: getattr(order, name) for name in _OWN},
        "texts": {language: asdict(words) for language, words in (wish.texts or {}).items()},
        "audience": asdict(wish.audience) if wish.audience is not None else None,
        "faq": asdict(wish.faq) if wish.faq else None,
        "reasons": [asdict(reason) for reason in order.reasons],
    }


def _order(row: RowMapping) -> Order:
    wish = Wish(
        **{name: row[name] for name in _WISH},
        texts={language: SectionText(**words) for language, words in row["texts"].items()},
        audience=_audience(row["audience"]),
        faq=Faq(**row["faq"]) if row["faq"] is not None else None,
    )
    own = {name: row[name] for name in _OWN} | {"state": State(row["state"])}
    return Order(wish=wish, reasons=tuple(Reason(**reason) for reason in row["reasons"]), **own)


def _audience(stored: Mapping[str, Any] | None) -> Audience | None:
    """Return the audience as it was asked for. An older order says nothing of what it could not ask for."""
    if stored is None:
        return None
    given: dict[str, Any] = {name: _stored(value) for name, value in stored.items() if name != "exclude"}
    excluded = {name: tuple(value) for name, value in stored.get("exclude", {}).items()}
    return Audience(**given, exclude=Excluded(**excluded))


def _stored(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
