"""Forgetting what was sent (F2, F5): address, names and words go; that it was sent, and the hash, stay.

The keyed hash stays so that a late notice still finds out that the address is dead, and a suppression still
holds (F3). Nothing is delivered to ``erased.invalid`` (RFC 2606 §2).
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.leasing import rules
from services.sender.domain.forgetting import Reader
from services.sender.domain.states import FINAL, Input, State

_OVER = ", ".join(f"'{state}'" for state in FINAL)

_OF_PERSONS = text("""
SELECT mail_id, edition_id, address, CAST(readers AS text) AS readers FROM mail
WHERE readers IS NOT NULL AND EXISTS (
    SELECT FROM jsonb_array_elements(readers) reader WHERE reader ->> 0 = ANY (CAST(:persons AS text[])))
UNION ALL
SELECT mail_id, edition_id, address, NULL FROM mail
WHERE person_ids IS NOT NULL AND person_ids && CAST(:persons AS varchar[])
ORDER BY mail_id
""")

_OF_OTHERS = text("""
SELECT DISTINCT address FROM mail WHERE address = ANY (:addresses) AND mail_id <> ALL (CAST(:mails AS uuid[]))
    AND (readers IS NOT NULL OR person_ids IS NOT NULL)
""")

_NAMING_NOBODY = text("""
SELECT mail_id FROM mail WHERE address = ANY (:addresses) AND readers IS NULL AND person_ids IS NULL
""")

_LOCK = text("""
SELECT mail_id, state FROM delivery WHERE mail_id = ANY (:mails) ORDER BY mail_id FOR UPDATE SKIP LOCKED
""")

_KEEP = text("UPDATE mail SET readers = CAST(:readers AS jsonb) WHERE mail_id = :mail_id")


def _conclude(given: Input) -> str:
    return f"""
    WITH ended AS (
        UPDATE delivery d SET state = rule.next, due_at = NULL, lease_token = NULL, updated_at = :at,
            reply = :why
        FROM {rules(given)} WHERE d.mail_id = ANY (:mails) AND d.state = rule.state
        RETURNING d.mail_id, d.edition_id, d.state
    )
    INSERT INTO outcome (mail_id, edition_id, state, at, reply, dead)
    SELECT mail_id, edition_id, state, :at, :why, false FROM ended
    """  # noqa: S608  # constants


_END = (text(_conclude(Input.STOP)), text(_conclude(Input.DROP)))

_GIVE_BACK = text(f"""
UPDATE delivery d SET state = rule.next, lease_token = NULL, due_at = now(), updated_at = :at
FROM {rules(Input.HOLD)} WHERE d.mail_id = ANY (:mails) AND d.state = rule.state
""")  # noqa: S608  # constants

_BLANK = (
    text("""
    UPDATE mail SET address = mail_id || '@erased.invalid', person_ids = NULL,
        readers = CASE WHEN readers IS NOT NULL THEN CAST('[]' AS jsonb) END,
        letter = CASE WHEN letter IS NOT NULL THEN CAST('{}' AS jsonb) END
    WHERE mail_id = ANY (:mails)
    """),
    text(r"""
    UPDATE delivery SET reply = regexp_replace(reply, '\S+@\S+', '(address)', 'g')
    WHERE mail_id = ANY (:mails) AND reply LIKE '%@%'
    """),
)

_OLD_EDITIONS = text("SELECT edition_id FROM edition WHERE forgotten_at IS NULL AND wednesday < :before")
_OF_EDITION = text(f"""
SELECT mail_id FROM mail JOIN delivery d USING (mail_id)
WHERE mail.edition_id = :edition_id AND address NOT LIKE '%@erased.invalid' AND d.state IN ({_OVER})
LIMIT :most
""")  # noqa: S608  # constants
_EDITION_FORGOTTEN = text("""
UPDATE edition e SET forgotten_at = :at WHERE edition_id = :edition_id AND NOT EXISTS (
    SELECT FROM mail m WHERE m.edition_id = e.edition_id AND address NOT LIKE '%@erased.invalid')
""")
_OLD_LETTERS = text(f"""
SELECT mail_id FROM mail JOIN delivery d USING (mail_id)
WHERE key IS NOT NULL AND address NOT LIKE '%@erased.invalid' AND recorded_at < :before
    AND d.state IN ({_OVER})
LIMIT :most
""")  # noqa: S608  # constants


@dataclass(frozen=True)
class Known:
    """A mail that concerns a person. ``readers``: None for a one-to-one mail."""

    mail_id: UUID
    address: str
    readers: tuple[Reader, ...] | None


async def of_persons(conn: AsyncConnection, persons: Collection[str]) -> Sequence[Known]:
    """Return the mails to, or about, any of these people. Reads the ledger once, however many they are."""
    rows = await conn.execute(_OF_PERSONS, {"persons": list(persons)})
    return [
        Known(row.mail_id, row.address, None if row.readers is None else tuple(json.loads(row.readers)))
        for row in rows
    ]


async def their_own(
    conn: AsyncConnection, addresses: Collection[str], mails: Collection[UUID]
) -> Sequence[str]:
    """Return those of the addresses to which nothing goes that concerns others than these mails do.

    A letter about a newcomer goes to a member contact, whose address it is not.
    """
    given = {"addresses": list(addresses), "mails": list(mails)}
    return sorted({*addresses} - {*(await conn.scalars(_OF_OTHERS, given))})


async def naming_nobody(conn: AsyncConnection, addresses: Collection[str]) -> Sequence[UUID]:
    """Return the one-to-one mails to addresses that do not say whom they concern: answers to their owners."""
    return list(await conn.scalars(_NAMING_NOBODY, {"addresses": list(addresses)}))


async def lock(conn: AsyncConnection, mails: Collection[UUID]) -> dict[UUID, State]:
    """Return the state of each mail that nobody is just changing; it stays until the transaction ends."""
    rows = await conn.execute(_LOCK, {"mails": list(mails)})
    return {row.mail_id: State(row.state) for row in rows}


async def keep_others(conn: AsyncConnection, readers: dict[UUID, Sequence[Reader]], at: datetime) -> None:
    """Leave a mail to its other readers; a worker that holds it gives it back."""
    for mail_id, others in readers.items():
        await conn.execute(_KEEP, {"mail_id": mail_id, "readers": json.dumps(others, ensure_ascii=False)})
    await conn.execute(_GIVE_BACK, {"mails": list(readers), "at": at})


async def end(conn: AsyncConnection, mails: Collection[UUID], why: str, at: datetime) -> None:
    """Conclude mails that have not been sent: they never will be."""
    for statement in _END:
        await conn.execute(statement, {"mails": list(mails), "why": why, "at": at})


async def blank(conn: AsyncConnection, mails: Collection[UUID]) -> None:
    """Forget to whom mails went and what stood in them."""
    for statement in _BLANK:
        await conn.execute(statement, {"mails": list(mails)})


async def old_editions(conn: AsyncConnection, before: date) -> Sequence[UUID]:
    """Return the editions before a day of which anything is left."""
    return list((await conn.execute(_OLD_EDITIONS, {"before": before})).scalars())


async def of_edition(conn: AsyncConnection, edition_id: UUID, most: int) -> Sequence[UUID]:
    """Return concluded mails of an edition that are not forgotten."""
    given = {"edition_id": edition_id, "most": most}
    return list((await conn.execute(_OF_EDITION, given)).scalars())


async def close_edition(conn: AsyncConnection, edition_id: UUID, at: datetime) -> None:
    """Look at an edition no more, if all its mails are forgotten."""
    await conn.execute(_EDITION_FORGOTTEN, {"edition_id": edition_id, "at": at})


async def old_letters(conn: AsyncConnection, before: datetime, most: int) -> Sequence[UUID]:
    """Return concluded one-to-one mails that came before a moment and are not forgotten."""
    return list((await conn.execute(_OLD_LETTERS, {"before": before, "most": most})).scalars())
