"""Suppressions in the database. Every change leaves a line in the audit (F4)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.compliance.adapters.tables import audit, disputes, suppressions
from services.compliance.domain.links import DutyLink
from services.compliance.domain.suppressions import Reason, Suppression


async def add(
    conn: AsyncConnection, hashes: Iterable[bytes], scope: str, reason: Reason, at: datetime, by: str
) -> list[bytes]:
    """Suppress addresses; return those that were not suppressed within the scope already."""
    rows = [
        {"address_hash": address_hash, "scope": scope, "reason": reason, "at": at}
        for address_hash in sorted(set(hashes))
    ]
    if not rows:
        return []
    statement = upsert(suppressions)
    statement = statement.on_conflict_do_update(
        index_elements=[suppressions.c.address_hash, suppressions.c.scope],
        set_={"reason": statement.excluded.reason, "at": statement.excluded.at, "lifted_at": None},
        where=suppressions.c.lifted_at.is_not(None),
    )
    added = await conn.execute(statement.values(rows).returning(suppressions.c.address_hash))
    fresh = list(added.scalars())
    await _write_down(conn, fresh, scope, "added", reason, at, by)
    return fresh


async def lift(conn: AsyncConnection, found: Suppression, at: datetime, by: str) -> None:
    """Lift a suppression that was found locked."""
    key = (suppressions.c.address_hash == found.address_hash) & (suppressions.c.scope == found.scope)
    await conn.execute(update(suppressions).where(key).values(lifted_at=func.greatest(at, suppressions.c.at)))
    await _write_down(conn, [found.address_hash], found.scope, "lifted", found.reason, at, by)


async def find(
    conn: AsyncConnection, address_hash: bytes, scope: str, *, lock: bool = False
) -> Suppression | None:
    query = select(suppressions).where(
        suppressions.c.address_hash == address_hash, suppressions.c.scope == scope
    )
    row = (await conn.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    return None if row is None else Suppression(**row)


async def of_address(conn: AsyncConnection, address_hash: bytes) -> list[Suppression]:
    """Return all suppressions of an address, lifted ones too."""
    query = select(suppressions).where(suppressions.c.address_hash == address_hash)
    rows = (await conn.execute(query.order_by(suppressions.c.scope))).mappings()
    return [Suppression(**row) for row in rows]


async def audit_of(conn: AsyncConnection, address_hash: bytes) -> Sequence[RowMapping]:
    query = select(audit).where(audit.c.address_hash == address_hash).order_by(audit.c.entry)
    return (await conn.execute(query)).mappings().all()


async def counts(conn: AsyncConnection) -> dict[tuple[str, str], int]:
    """Return how many suppressions hold, by kind of scope and reason."""
    kind = func.split_part(suppressions.c.scope, ":", 1)
    query = select(kind, suppressions.c.reason, func.count()).where(suppressions.c.lifted_at.is_(None))
    rows = await conn.execute(query.group_by(kind, suppressions.c.reason))
    return {(scope, reason): count for scope, reason, count in rows}


async def add_dispute(conn: AsyncConnection, link: DutyLink, at: datetime) -> bool:
    """Note that an assignment is disputed; say whether that is new."""
    row = {"address_hash": link.address_hash, "order_id": link.order_id, "unit_id": link.unit_id, "at": at}
    return (await conn.execute(upsert(disputes).values(row).on_conflict_do_nothing())).rowcount == 1


async def _write_down(
    conn: AsyncConnection,
    hashes: Iterable[bytes],
    scope: str,
    change: str,
    reason: str,
    at: datetime,
    by: str,
) -> None:
    rows: list[dict[str, Any]] = [
        {"address_hash": item, "scope": scope, "change": change, "reason": reason, "at": at, "by": by}
        for item in hashes
    ]
    if rows:
        await conn.execute(insert(audit), rows)
