"""What the ledger knows about the mails that messages are about, and that they came back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters import editions
from services.sender.adapters.tables import soft_bounce
from services.sender.domain.edition import Section
from services.sender.domain.states import Input, State, sources
from services.sender.domain.suppression import remaining

MOST_EDITIONS = 12
"""Of an address, the newest, among which a run of soft bounces is looked for."""

_ARRIVED_OR_NOT = f"('{State.ACCEPTED}', '{State.BOUNCED}')"
_CAME_BACK = text(f"""
SELECT EXISTS (SELECT FROM soft_bounce b WHERE b.mail_id = m.mail_id) AS came_back
FROM edition e JOIN mail m ON m.edition_id = e.edition_id AND m.address = :address
    JOIN delivery d ON d.mail_id = m.mail_id AND d.state IN {_ARRIVED_OR_NOT}
ORDER BY e.wednesday DESC, e.edition_id DESC LIMIT :most
""")  # noqa: S608  # constants

_SOURCES = ", ".join(f"'{state}'" for state, _ in sources(Input.BOUNCE))
_BOUNCE = text(f"""
WITH back AS (
    UPDATE delivery SET state = '{State.BOUNCED}', due_at = NULL, lease_token = NULL, reply = :reply,
        updated_at = greatest(:at, updated_at + interval '1 microsecond')
    WHERE mail_id = :mail_id AND state IN ({_SOURCES})
    RETURNING mail_id, edition_id, updated_at, reply
)
INSERT INTO outcome (mail_id, edition_id, state, at, reply, dead)
SELECT mail_id, edition_id, 'failed', updated_at, reply, false FROM back
""")  # noqa: S608  # constants

_LOCK = text("SELECT FROM delivery WHERE mail_id = :mail_id FOR UPDATE")

_KEEP_EARLY = text(f"""
INSERT INTO early_bounce (mail_id, reply, at)
SELECT mail_id, :reply, :at FROM delivery WHERE mail_id = :mail_id AND state = '{State.SUBMITTING}'
ON CONFLICT DO NOTHING
""")  # noqa: S608  # constants

_ANSWERED = text(f"""
DELETE FROM early_bounce e USING delivery d WHERE d.mail_id = e.mail_id AND d.state <> '{State.SUBMITTING}'
RETURNING e.mail_id, e.reply, e.at
""")  # noqa: S608  # constants

_SCOPES = text("""
SELECT s.scope FROM suppression s JOIN mail m USING (address_hash) JOIN delivery d USING (mail_id)
WHERE m.mail_id = :mail_id AND s.active AND s.at <= d.updated_at
""")

_SENT = text("""
SELECT mail_id, edition_id, address, address_hash, purpose, coalesce(person_ids, '{}') AS concerns,
    CAST(readers AS text) AS readers
FROM mail WHERE mail_id = :mail_id
""")


@dataclass(frozen=True)
class Sent:
    """A mail in the ledger. ``positions``: its sections in the edition. ``purpose``: why one person got it.

    ``person_ids`` are its readers, ``concerns`` whom a one-to-one mail is to or about. ``address`` is a blank
    one once it is forgotten, ``address_hash`` stays.
    """

    mail_id: UUID
    edition_id: UUID | None
    address: str
    address_hash: bytes
    person_ids: tuple[str, ...]
    concerns: tuple[str, ...]
    positions: tuple[int, ...]
    purpose: str | None


async def find_sent(conn: AsyncConnection, mail_id: UUID) -> Sent | None:
    """Return a mail of the ledger, None if there is none with that id."""
    row = (await conn.execute(_SENT, {"mail_id": mail_id})).mappings().one_or_none()
    if row is None:
        return None
    readers = json.loads(row["readers"] or "[]")
    persons = tuple(reader[0] for reader in readers)
    positions = sorted({int(position) for reader in readers for position in reader[2]})
    known = {each: row[each] for each in ("mail_id", "edition_id", "address", "address_hash", "purpose")}
    return Sent(**known, person_ids=persons, concerns=tuple(row["concerns"]), positions=tuple(positions))


async def sections_in(conn: AsyncConnection, sent: Sent) -> Sequence[Section]:
    """Return the sections that were in a mail: those planned, without what was opted out of by then."""
    if sent.edition_id is None:
        return ()
    try:
        edition = await editions.load(conn, sent.edition_id)
    except NoResultFound:  # its texts never came, so it was never sent
        return ()
    planned = [edition.sections[each] for each in sent.positions if each in edition.sections]
    scopes = list(await conn.scalars(_SCOPES, {"mail_id": sent.mail_id}))
    return remaining(planned, scopes)


async def bounce(conn: AsyncConnection, mail_id: UUID, reply: str, at: datetime) -> None:
    """Note that a mail came back, if it was accepted; reported as failed, which is what it means to others.

    The moment is after that of its acceptance, whatever the clocks say, so that the later report wins. While
    the relay's answer is open the notice is kept for ``apply_early``.
    """
    given = {"mail_id": mail_id, "reply": reply, "at": at}
    for statement in (_LOCK, _KEEP_EARLY, _BOUNCE):
        await conn.execute(statement, given)


async def apply_early(conn: AsyncConnection) -> int:
    """Apply the notices whose mail has its answer since; one that the relay did not take is forgotten."""
    answered = list(await conn.execute(_ANSWERED))
    for each in answered:
        await bounce(conn, each.mail_id, each.reply, each.at)
    return len(answered)


async def note_soft(conn: AsyncConnection, mail_id: UUID, at: datetime) -> None:
    """Note that a mail came back softly; a second time changes nothing."""
    await conn.execute(insert(soft_bounce).values(mail_id=mail_id, at=at).on_conflict_do_nothing())


async def editions_that_came_back(conn: AsyncConnection, address: str) -> list[bool]:
    """Say of each of the newest editions that an address was sent whether it came back; oldest first."""
    rows = await conn.execute(_CAME_BACK, {"address": address, "most": MOST_EDITIONS})
    return [row.came_back for row in rows][::-1]
