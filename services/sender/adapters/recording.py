"""Recording: mails come into the ledger, each once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.editions import Expected
from shared.contracts.sender import Reader

UNWRITABLE = "the address cannot be written in an SMTP command"

_RECORD = text("""
WITH given AS (
    SELECT * FROM unnest(
        CAST(:mail_ids AS uuid[]), CAST(:addresses AS text[]), CAST(:hashes AS bytea[]),
        CAST(:languages AS text[]), CAST(:readers AS text[]), CAST(:writable AS boolean[])
    ) AS given(mail_id, address, address_hash, language, readers, writable)
), edition_stopped AS (
    SELECT CAST(:stopped AS text) AS why_stopped, CAST(:stopped AS text) IS NOT NULL AS stopped
), fresh AS (
    INSERT INTO mail (mail_id, edition_id, address, address_hash, language, readers, recorded_at)
    SELECT mail_id, :edition_id, address, address_hash, language, CAST(readers AS jsonb), :at FROM given
    ON CONFLICT DO NOTHING
    RETURNING mail_id
), planned AS (
    INSERT INTO delivery (mail_id, edition_id, state, due_at, updated_at, reply)
    SELECT mail_id, :edition_id,
        CASE WHEN NOT writable THEN 'failed' WHEN stopped THEN 'suppressed' ELSE 'planned' END,
        CASE WHEN stopped OR NOT writable THEN NULL WHEN :may_go THEN now() ELSE 'infinity' END,
        :at,
        CASE WHEN NOT writable THEN :unwritable ELSE coalesce(why_stopped, '') END
    FROM fresh JOIN given USING (mail_id) CROSS JOIN edition_stopped
    RETURNING mail_id, state, reply
), concluded AS (
    INSERT INTO outcome (mail_id, edition_id, state, at, reply, dead)
    SELECT mail_id, :edition_id, state, :at, reply, state = 'failed' FROM planned WHERE state <> 'planned'
)
SELECT count(*) FROM planned
""")

_RECORD_LETTER = text("""
WITH fresh AS (
    INSERT INTO mail (mail_id, key, purpose, address, address_hash, language, letter, person_ids, recorded_at)
    VALUES (:mail_id, :key, :purpose, :address, :address_hash, :language, CAST(:letter AS jsonb),
        CAST(:person_ids AS text[]), :at)
    ON CONFLICT DO NOTHING
    RETURNING mail_id
), planned AS (
    INSERT INTO delivery (mail_id, state, due_at, updated_at, reply)
    SELECT mail_id, CASE WHEN :writable THEN 'planned' ELSE 'failed' END,
        CASE WHEN :writable THEN now() END, :at, CASE WHEN :writable THEN '' ELSE :unwritable END
    FROM fresh
    RETURNING mail_id, state, reply
), failed AS (
    INSERT INTO outcome (mail_id, state, at, reply, dead)
    SELECT mail_id, state, :at, reply, true FROM planned WHERE state = 'failed'
)
SELECT count(*) FROM planned
""")


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail as it comes into the ledger. ``writable``: its address can stand in an SMTP command."""

    mail_id: UUID
    address: str
    address_hash: bytes
    language: str
    readers: Sequence[Reader]
    writable: bool


async def record(
    conn: AsyncConnection, edition_id: UUID, mails: Iterable[NewMail], *, expected: Expected, at: datetime
) -> int:
    """Record mails of an edition; return how many are new. What stands there already stays as it is."""
    rows = list(mails)
    given: dict[str, Any] = {
        "edition_id": edition_id,
        "mail_ids": [row.mail_id for row in rows],
        "addresses": [row.address for row in rows],
        "hashes": [row.address_hash for row in rows],
        "languages": [row.language for row in rows],
        "readers": [_compact(row.readers) for row in rows],
        "writable": [row.writable for row in rows],
        "may_go": expected.may_go,
        "stopped": expected.stopped,
        "unwritable": UNWRITABLE,
        "at": at,
    }
    return int((await conn.execute(_RECORD, given)).scalar_one())


async def record_letter(
    conn: AsyncConnection,
    new: NewMail,
    *,
    key: str,
    purpose: str,
    letter: Mapping[str, Any],
    at: datetime,
    person_ids: Sequence[str] = (),
) -> bool:
    """Record a one-to-one mail; return False if its key was there before."""
    given = {
        "mail_id": new.mail_id,
        "key": key,
        "purpose": purpose,
        "address": new.address,
        "address_hash": new.address_hash,
        "language": new.language,
        "letter": json.dumps(letter, ensure_ascii=False),
        "person_ids": list(person_ids) or None,
        "writable": new.writable,
        "unwritable": UNWRITABLE,
        "at": at,
    }
    return bool((await conn.execute(_RECORD_LETTER, given)).scalar_one())


def _compact(readers: Sequence[Reader]) -> str:
    """Readers as they are kept: a list of [person, name, {position: [role, …]}]."""
    return json.dumps(
        [[r.person_id, r.name, {str(p): list(roles) for p, roles in r.sections.items()}] for r in readers],
        ensure_ascii=False,
        separators=(",", ":"),
    )
