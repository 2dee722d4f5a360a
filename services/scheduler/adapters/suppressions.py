"""Who must not be written to, by the hash of the address (F3)."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_MAILBOX = text(
    "INSERT INTO mailbox (address_hash) VALUES (:address_hash) ON CONFLICT (address_hash) DO NOTHING"
)

_MAILBOX_KEY = text("SELECT mailbox_key FROM mailbox WHERE address_hash = :address_hash")

_NOTE = text(
    """
    INSERT INTO suppression (mailbox_key, scope, reason, lifted, at)
    SELECT mailbox_key, :scope, :reason, :lifted, :at FROM mailbox WHERE address_hash = :address_hash
    ON CONFLICT (mailbox_key, scope) DO UPDATE SET
        reason = EXCLUDED.reason, lifted = EXCLUDED.lifted, at = EXCLUDED.at
    WHERE suppression.at < EXCLUDED.at OR (suppression.at = EXCLUDED.at AND NOT EXCLUDED.lifted)
    """
)


async def suppress(conn: AsyncConnection, address_hash: bytes, scope: str, reason: str, at: datetime) -> int:
    """Stop mail to an address within a scope, unless that was lifted later; return its mailbox."""
    await _note(conn, address_hash, scope, reason, at, lifted=False)
    return int((await conn.execute(_MAILBOX_KEY, {"address_hash": address_hash})).scalar_one())


async def lift(conn: AsyncConnection, address_hash: bytes, scope: str, at: datetime) -> None:
    """Allow mail again, unless it was stopped at the same time or later."""
    await _note(conn, address_hash, scope, "", at, lifted=True)


async def _note(
    conn: AsyncConnection, address_hash: bytes, scope: str, reason: str, at: datetime, *, lifted: bool
) -> None:
    await conn.execute(_MAILBOX, {"address_hash": address_hash})
    await conn.execute(
        _NOTE,
        {"address_hash": address_hash, "scope": scope, "reason": reason, "lifted": lifted, "at": at},
    )
