"""How far the sender is with an edition, as it last said."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_NOTE = text("""
INSERT INTO delivery_progress AS known (edition_no, at, figures)
VALUES (:edition_no, :at, CAST(:figures AS jsonb))
ON CONFLICT (edition_no) DO UPDATE SET at = excluded.at, figures = excluded.figures
WHERE excluded.at > known.at
""")
_READ = text("SELECT figures FROM delivery_progress WHERE edition_no = :edition_no")


async def note(conn: AsyncConnection, edition_no: int, at: datetime, figures: dict[str, Any]) -> None:
    """Note figures, unless later ones are known."""
    given = {"edition_no": edition_no, "at": at, "figures": json.dumps(figures)}
    await conn.execute(_NOTE, given)


async def read(conn: AsyncConnection, edition_no: int) -> dict[str, Any] | None:
    """Return the figures last said; None when none were."""
    found: dict[str, Any] | None = (
        await conn.execute(_READ, {"edition_no": edition_no})
    ).scalar_one_or_none()
    return found
