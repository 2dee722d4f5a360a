"""Outcomes not yet reported. Taking them deletes them, in one transaction with the message about them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.domain.retry import RESEND_AFTER
from services.sender.domain.states import State

_NEXT_EDITION = text("SELECT edition_id FROM outcome WHERE edition_id IS NOT NULL ORDER BY number LIMIT 1")

_TAKE = text(f"""
WITH waiting AS MATERIALIZED (
    SELECT number FROM outcome WHERE edition_id IS NOT DISTINCT FROM :edition_id
    ORDER BY number LIMIT :most FOR UPDATE SKIP LOCKED
), taken AS (
    DELETE FROM outcome USING waiting WHERE outcome.number = waiting.number
    RETURNING outcome.number, mail_id, state, at, reply, dead, scopes
)
SELECT t.mail_id, t.state, t.at, t.reply, t.dead, t.scopes, m.key, m.purpose, m.address_hash,
    CASE WHEN t.dead THEN CAST(m.readers AS text) END AS readers,
    t.state = '{State.UNCERTAIN}' AND (
        SELECT d.uncertainties > {len(RESEND_AFTER)} FROM delivery d WHERE d.mail_id = t.mail_id
    ) AS held
FROM taken t JOIN mail m USING (mail_id) ORDER BY t.number
""")  # noqa: S608  # constants

Outcome = Literal["accepted", "deferred", "failed", "suppressed", "uncertain"]


@dataclass(frozen=True, slots=True)
class Concluded:
    """What became of a mail. ``key`` and ``purpose`` are a one-to-one mail's.

    ``scopes``: where its address was suppressed when it was composed. ``held``: in doubt too often to be sent
    again.
    """

    mail_id: UUID
    state: Outcome
    at: datetime
    reply: str
    dead: bool
    key: str | None
    purpose: str | None
    address_hash: bytes
    person_ids: tuple[str, ...]
    scopes: tuple[str, ...]
    held: bool


async def next_edition(conn: AsyncConnection) -> UUID | None:
    """Return the edition whose outcomes have waited longest."""
    found: UUID | None = (await conn.execute(_NEXT_EDITION)).scalar_one_or_none()
    return found


async def take(conn: AsyncConnection, edition_id: UUID | None, most: int) -> Sequence[Concluded]:
    """Take up to ``most`` outcomes of an edition, or of one-to-one mail, oldest first."""
    rows = await conn.execute(_TAKE, {"edition_id": edition_id, "most": most})
    return [
        Concluded(
            mail_id=row.mail_id,
            state=State(row.state).value,  # type: ignore[arg-type]  # the CHECK allows these alone
            at=row.at,
            reply=row.reply,
            dead=row.dead,
            key=row.key,
            purpose=row.purpose,
            address_hash=row.address_hash,
            person_ids=tuple(reader[0] for reader in json.loads(row.readers or "[]")),
            scopes=tuple(row.scopes.split("\n")) if row.scopes else (),
            held=row.held,
        )
        for row in rows
    ]
