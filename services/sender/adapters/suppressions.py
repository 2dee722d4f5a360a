"""The local copy of the suppressions."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_NOTE = text("""
INSERT INTO suppression AS known (address_hash, scope, reason, at, active)
VALUES (:address_hash, :scope, :reason, :at, :active)
ON CONFLICT (address_hash, scope) DO UPDATE
SET at = excluded.at, active = excluded.active,
    reason = CASE WHEN excluded.active THEN excluded.reason ELSE known.reason END
WHERE excluded.at > known.at OR (excluded.at = known.at AND excluded.active)
""")


async def suppress(conn: AsyncConnection, address_hash: bytes, scope: str, reason: str, at: datetime) -> None:
    """Note a suppression, unless something later is known of it. At the same moment "no" wins (B4)."""
    given = {"address_hash": address_hash, "scope": scope, "reason": reason, "at": at, "active": True}
    await conn.execute(_NOTE, given)


async def lift(conn: AsyncConnection, address_hash: bytes, scope: str, at: datetime) -> None:
    """Note that a suppression was taken back, unless something later is known of it."""
    given = {"address_hash": address_hash, "scope": scope, "reason": "lifted", "at": at, "active": False}
    await conn.execute(_NOTE, given)
