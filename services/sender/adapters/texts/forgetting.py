"""Forgetting texts (F2, F5): number and words go; that one was sent, its cost and the hash stay."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.texts import ledger
from services.sender.adapters.texts.ledger import Change
from services.sender.domain.texts.sending import Reason
from services.sender.domain.texts.states import Input, State, step

_OF_PERSONS = text("""
SELECT text_id FROM text_message WHERE person_ids && CAST(:persons AS varchar[])
    AND (order_id IS NULL OR person_ids <@ CAST(:persons AS varchar[])) ORDER BY text_id
""")
_LEAVE_OUT = text("""
UPDATE text_message SET person_ids = ARRAY(
    SELECT each FROM unnest(person_ids) each WHERE each <> ALL (CAST(:persons AS varchar[])))
WHERE person_ids && CAST(:persons AS varchar[])
""")
_BLANK = (
    text("""
    UPDATE text_message SET phone = 'erased:' || text_id, words = '', person_ids = '{}', zones = '{}',
        asked_by = NULL
    WHERE text_id = ANY (:texts)
    """),
    text("UPDATE text_delivery SET reply = '' WHERE text_id = ANY (:texts)"),
    text("UPDATE text_report SET detail = '' WHERE text_id = ANY (:texts)"),
    text("""
    UPDATE idempotent_answers SET body = ''
    WHERE headers ->> 'Location' IN (
        SELECT '/api/v1/texts/' || text_id FROM unnest(CAST(:texts AS uuid[])) text_id)
    """),
)
_OLD = text("""
SELECT text_id FROM text_message JOIN text_delivery d USING (text_id)
WHERE phone NOT LIKE 'erased:%' AND recorded_at < :before
    AND d.state IN ('accepted', 'delivered', 'failed', 'suppressed')
LIMIT :most
""")


async def of_persons(conn: AsyncConnection, persons: Collection[str]) -> Sequence[UUID]:
    """Return the texts that concern nobody else: one to a shared number goes on without the erased person."""
    return list((await conn.execute(_OF_PERSONS, {"persons": list(persons)})).scalars())


async def end(conn: AsyncConnection, texts: Sequence[UUID], at: datetime) -> bool:
    """Conclude texts that have not been sent; return False if one is on its way."""
    for text_id in texts:
        standing = await ledger.lock(conn, text_id)
        if standing is None or standing.state is State.SUBMITTING:
            return False
        given = Input.DROP if standing.state is State.UNCERTAIN else Input.STOP
        after = step(standing.state, given)
        if isinstance(after, State):
            await ledger.change(conn, text_id, after, at, Change(reason=Reason.ERASED))
    return True


async def leave_out(conn: AsyncConnection, persons: Collection[str]) -> None:
    """Take people off the texts that others share with them."""
    await conn.execute(_LEAVE_OUT, {"persons": list(persons)})


async def blank(conn: AsyncConnection, texts: Collection[UUID]) -> None:
    """Forget to which numbers texts went and what they said."""
    for statement in _BLANK:
        await conn.execute(statement, {"texts": list(texts)})


async def old(conn: AsyncConnection, before: datetime, most: int) -> Sequence[UUID]:
    """Return concluded texts that came before a moment and are not forgotten."""
    return list((await conn.execute(_OLD, {"before": before, "most": most})).scalars())
