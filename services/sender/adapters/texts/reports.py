"""What gateways reported, by their own names for what they took."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.domain.texts.reports import Report, Said, Told, stronger

KEEP_UNKNOWN = timedelta(days=7)
"""Gateways repeat a report for hours; a text's own answer is never days late."""

_BIND = text("""
INSERT INTO text_report AS known (reference, text_id, attempt) VALUES (:reference, :text_id, :attempt)
ON CONFLICT (reference) DO UPDATE SET text_id = excluded.text_id, attempt = excluded.attempt,
    said = CASE WHEN known.text_id IS NULL OR known.text_id = excluded.text_id THEN known.said END
""")
_NOTE = text("""
INSERT INTO text_report AS known (reference, text_id, attempt, said, detail)
VALUES (:reference, (SELECT text_id FROM text_message WHERE text_id = :text_id), :attempt, :said, :detail)
ON CONFLICT (reference) DO UPDATE SET text_id = coalesce(known.text_id, excluded.text_id),
    attempt = coalesce(known.attempt, excluded.attempt)
RETURNING text_id, said
""")
_STRENGTHEN = text("UPDATE text_report SET said = :said, detail = :detail WHERE reference = :reference")
_SAID = text("SELECT said, coalesce(attempt, 1) AS attempt FROM text_report WHERE text_id = :text_id")
_FORGET = text("DELETE FROM text_report WHERE text_id IS NULL AND noted_at < now() - CAST(:keep AS interval)")


async def bind(conn: AsyncConnection, text_id: UUID, attempt: int, references: Iterable[str]) -> None:
    """Note which references stand for an attempt at a text: reports on them may have come before.

    A gateway that counts around gives a name again after a while: it then stands for the newer text.
    """
    for reference in references:
        await conn.execute(_BIND, {"reference": reference, "text_id": text_id, "attempt": attempt})


async def note(conn: AsyncConnection, report: Report) -> UUID | None:
    """Keep a report unless a stronger one is known; return the text that it is about, if that is known."""
    given = {"reference": report.reference, "said": str(report.said), "detail": report.detail}
    row = (await conn.execute(_NOTE, {**given, "text_id": report.text_id, "attempt": report.attempt})).one()
    known = Said(row.said) if row.said else None
    if stronger(known, report.said) is not known:
        await conn.execute(_STRENGTHEN, given)
    text_id: UUID | None = row.text_id
    return text_id


async def said_of(conn: AsyncConnection, text_id: UUID) -> Sequence[Told]:
    """Return what is reported on each part of a text. What names no attempt is about the first."""
    rows = await conn.execute(_SAID, {"text_id": text_id})
    return [Told(Said(row.said) if row.said else None, row.attempt) for row in rows]


async def forget_unknown(conn: AsyncConnection) -> int:
    """Delete old reports about texts that are none of ours (F5); return how many."""
    return (await conn.execute(_FORGET, {"keep": KEEP_UNKNOWN})).rowcount
