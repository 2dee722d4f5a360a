"""The copy of the register. An event that is not newer than what is known changes nothing.

Rows are written in the order of their names, so that two batches never wait for each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import profiles
from services.scheduler.adapters.profiles import NONE, Attributes

EmailStatus = Literal["ok", "missing", "invalid"]


@dataclass(frozen=True)
class PersonRow:
    """A person as the scheduler keeps them. ``address`` and its hash are there when the status is ok."""

    person_id: str
    version: int
    name: str
    language: str
    email_status: EmailStatus
    address: str | None = None
    address_hash: bytes | None = None
    attributes: Attributes = NONE


@dataclass(frozen=True)
class UnitRow:
    unit_id: str
    version: int
    name: str
    kind: str
    region: str
    parent_id: str | None
    closed: bool


@dataclass(frozen=True)
class AssignmentRow:
    assignment_id: str
    version: int
    person_id: str
    unit_id: str
    assignment_type: str
    valid_from: date | None
    valid_to: date | None


_PERSONS = text(
    """
    WITH told AS (
        SELECT * FROM unnest(
            CAST(:person_id AS text[]), CAST(:version AS bigint[]), CAST(:name AS text[]),
            CAST(:language AS text[]), CAST(:email_status AS text[]), CAST(:address AS text[]),
            CAST(:address_hash AS bytea[]), CAST(:profile_key AS bigint[])
        ) AS t (person_id, version, name, language, email_status, address, address_hash, profile_key)
    ),
    fresh AS (
        SELECT told.* FROM told LEFT JOIN person USING (person_id)
        WHERE person.person_id IS NULL OR (person.version < told.version AND NOT person.erased)
    ),
    box AS (
        INSERT INTO mailbox (address_hash, address)
        SELECT DISTINCT ON (address_hash) address_hash, address FROM fresh
        WHERE address_hash IS NOT NULL ORDER BY address_hash, address
        ON CONFLICT (address_hash) DO UPDATE SET address = EXCLUDED.address
        RETURNING mailbox_key, address_hash
    )
    INSERT INTO person (person_id, version, name, language, email_status, mailbox_key, profile_key)
    SELECT person_id, version, name, language, email_status, mailbox_key, profile_key
    FROM fresh LEFT JOIN box USING (address_hash) ORDER BY person_id
    ON CONFLICT (person_id) DO UPDATE SET
        version = EXCLUDED.version, name = EXCLUDED.name, language = EXCLUDED.language,
        email_status = EXCLUDED.email_status, mailbox_key = EXCLUDED.mailbox_key,
        profile_key = EXCLUDED.profile_key
    WHERE person.version < EXCLUDED.version AND NOT person.erased
    RETURNING person_id
    """
)

_MAILBOXES_OF = text(
    "SELECT mailbox_key FROM person WHERE person_id = ANY(:person_id) AND mailbox_key IS NOT NULL "
    "ORDER BY person_id FOR UPDATE"
)

_ERASE = text(
    """
    INSERT INTO person (person_id, version, erased)
    SELECT person_id, version, true
    FROM unnest(CAST(:person_id AS text[]), CAST(:version AS bigint[])) AS t (person_id, version)
    ORDER BY person_id
    ON CONFLICT (person_id) DO UPDATE SET
        version = greatest(person.version, EXCLUDED.version), erased = true,
        name = '', language = 'sv', email_status = 'missing', mailbox_key = NULL,
        profile_key = NULL
    """
)

_ERASE_ASSIGNMENTS = text(
    "UPDATE assignment SET ended = true, person_key = NULL FROM person "
    "WHERE assignment.person_key = person.person_key AND person.person_id = ANY(:person_id)"
)

_FORGET_ADDRESSES = text(
    "UPDATE mailbox SET address = NULL WHERE mailbox_key = ANY(:mailbox_key) "
    "AND NOT EXISTS (SELECT FROM person WHERE person.mailbox_key = mailbox.mailbox_key)"
)

_UNITS = text(
    """
    INSERT INTO unit (unit_id, version, name, kind, region, parent_id, closed)
    SELECT * FROM unnest(
        CAST(:unit_id AS text[]), CAST(:version AS bigint[]), CAST(:name AS text[]), CAST(:kind AS text[]),
        CAST(:region AS text[]), CAST(:parent_id AS text[]), CAST(:closed AS boolean[])
    ) AS t (unit_id, version, name, kind, region, parent_id, closed)
    ORDER BY unit_id
    ON CONFLICT (unit_id) DO UPDATE SET
        version = EXCLUDED.version, name = EXCLUDED.name, kind = EXCLUDED.kind, region = EXCLUDED.region,
        parent_id = EXCLUDED.parent_id, closed = EXCLUDED.closed
    WHERE unit.version < EXCLUDED.version
    """
)

_NAMED_BEFORE = (
    text(
        """
        INSERT INTO assignment_type (name)
        SELECT DISTINCT name FROM unnest(CAST(:assignment_type AS text[])) AS t (name)
        WHERE NOT EXISTS (SELECT FROM assignment_type known WHERE known.name = t.name)
        ORDER BY name ON CONFLICT DO NOTHING
        """
    ),
    text(
        """
        INSERT INTO unit (unit_id, version)
        SELECT DISTINCT unit_id, -1 FROM unnest(CAST(:unit_id AS text[])) AS t (unit_id)
        WHERE NOT EXISTS (SELECT FROM unit known WHERE known.unit_id = t.unit_id)
        ORDER BY unit_id ON CONFLICT DO NOTHING
        """
    ),
    text(
        """
        INSERT INTO person (person_id, version)
        SELECT DISTINCT person_id, -1 FROM unnest(CAST(:person_id AS text[])) AS t (person_id)
        WHERE NOT EXISTS (SELECT FROM person known WHERE known.person_id = t.person_id)
        ORDER BY person_id ON CONFLICT DO NOTHING
        """
    ),
)
"""Types, and units and people that have not come themselves yet: every event is newer than their version."""

_LOCK_PERSONS = text(
    "SELECT FROM person WHERE person_id = ANY(CAST(:person_id AS text[])) ORDER BY person_id FOR SHARE"
)
"""Whoever erases them waits until what they hold is written, or is seen by whoever writes it."""

_ASSIGNMENTS = text(
    """
    INSERT INTO assignment
        (assignment_id, version, person_key, unit_key, type_key, valid_from, valid_to, ended)
    SELECT assignment_id, t.version, CASE WHEN NOT erased THEN person_key END, unit_key, type_key,
        valid_from, valid_to, erased
    FROM unnest(
        CAST(:assignment_id AS text[]), CAST(:version AS bigint[]), CAST(:person_id AS text[]),
        CAST(:unit_id AS text[]), CAST(:assignment_type AS text[]), CAST(:valid_from AS date[]),
        CAST(:valid_to AS date[])
    ) AS t (assignment_id, version, person_id, unit_id, kind, valid_from, valid_to)
    JOIN person USING (person_id) JOIN unit USING (unit_id)
    JOIN assignment_type ON assignment_type.name = t.kind
    ORDER BY assignment_id
    ON CONFLICT (assignment_id) DO UPDATE SET
        version = EXCLUDED.version, person_key = EXCLUDED.person_key, unit_key = EXCLUDED.unit_key,
        type_key = EXCLUDED.type_key, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to,
        ended = EXCLUDED.ended
    WHERE assignment.version < EXCLUDED.version
    """
)

_END = text(
    """
    INSERT INTO assignment (assignment_id, version, ended)
    SELECT assignment_id, version, true
    FROM unnest(CAST(:assignment_id AS text[]), CAST(:version AS bigint[])) AS t (assignment_id, version)
    ORDER BY assignment_id
    ON CONFLICT (assignment_id) DO UPDATE SET version = EXCLUDED.version, ended = true
    WHERE assignment.version < EXCLUDED.version
    """
)


async def copy_persons(conn: AsyncConnection, rows: Sequence[PersonRow]) -> set[str]:
    """Take over people that are newer than what is known and not erased; return whom. One row for each."""
    keys = await profiles.keys(conn, {row.attributes for row in rows})
    told = _columns(PersonRow, rows)
    told["profile_key"] = [keys.get(row.attributes) for row in rows]
    return set((await conn.execute(_PERSONS, told)).scalars())


async def erase_persons(conn: AsyncConnection, erased: Iterable[tuple[str, int]]) -> set[int]:
    """Leave a tombstone for each (person, version): no name, no address, and assignments that end (F2).

    Return the mailboxes that were theirs.
    """
    versions = dict(sorted(erased))
    told = {"person_id": list(versions), "version": list(versions.values())}
    mailboxes = (await conn.execute(_MAILBOXES_OF, {"person_id": told["person_id"]})).scalars().all()
    await conn.execute(_ERASE, told)
    await conn.execute(_ERASE_ASSIGNMENTS, {"person_id": told["person_id"]})
    await conn.execute(_FORGET_ADDRESSES, {"mailbox_key": list(mailboxes)})
    return set(mailboxes)


async def copy_units(conn: AsyncConnection, rows: Sequence[UnitRow]) -> None:
    """Take over units that are newer than what is known. One row for each unit."""
    await conn.execute(_UNITS, _columns(UnitRow, rows))


async def copy_assignments(conn: AsyncConnection, rows: Sequence[AssignmentRow]) -> None:
    """Take over assignments that are newer than what is known; an erased person's is kept as ended."""
    told = _columns(AssignmentRow, rows)
    for statement in _NAMED_BEFORE:
        await conn.execute(statement, told)
    await conn.execute(_LOCK_PERSONS, told)
    await conn.execute(_ASSIGNMENTS, told)


async def end_assignments(conn: AsyncConnection, ended: Iterable[tuple[str, int]]) -> None:
    """Note that assignments, each with its version, are no longer in the CRM."""
    versions = dict(sorted(ended))
    told = {"assignment_id": list(versions), "version": list(versions.values())}
    await conn.execute(_END, told)


def _columns(kind: type, rows: Sequence[object]) -> dict[str, list[object]]:
    """Return a list of values for each field: what PostgreSQL's ``unnest`` takes."""
    names: Iterable[str] = kind.__dataclass_fields__  # type: ignore[attr-defined]  # every kind is a dataclass
    return {name: [getattr(row, name) for row in rows] for name in names}
