"""The copy of the register. An event that is not newer than what is known changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import forgetting, profiles
from services.scheduler.adapters import register_sql as sql
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


async def copy_persons(conn: AsyncConnection, rows: Sequence[PersonRow]) -> set[str]:
    """Take over people that are newer than what is known and not erased; return whom. One row for each."""
    fresh = set((await conn.execute(sql.FRESH, _columns(PersonRow, rows, "person_id", "version"))).scalars())
    rows = [row for row in rows if row.person_id in fresh]
    if not rows:
        return set()
    told = _columns(PersonRow, rows, "person_id", "version", "name", "language", "email_status")
    keys = await profiles.keys(conn, {row.attributes for row in rows})
    told["profile_key"] = [keys.get(row.attributes) for row in rows]
    mailboxes = await _mailboxes(conn, {row.address_hash: row.address for row in rows if row.address_hash})
    told["mailbox_key"] = [mailboxes.get(row.address_hash) for row in rows]
    return set((await conn.execute(sql.PERSONS, told)).scalars())


async def _mailboxes(conn: AsyncConnection, addresses: Mapping[bytes, str | None]) -> dict[bytes | None, int]:
    """Return the number of the mailbox of each hash, locked, with its address: new, or known again."""
    if not addresses:
        return {}
    told = {"address_hash": list(addresses), "address": list(addresses.values())}
    await conn.execute(sql.NEW_MAILBOXES, told)
    found = (await conn.execute(sql.LOCK_MAILBOXES, told)).all()
    again = {key: addresses[hashed] for key, hashed, address in found if address != addresses[hashed]}
    if again:
        changed = {"mailbox_key": list(again), "address": list(again.values())}
        await conn.execute(sql.KNOWN_AGAIN, changed)
    return {hashed: key for key, hashed, _ in found}


async def erase_persons(conn: AsyncConnection, erased: Iterable[tuple[str, int]]) -> set[int]:
    """Leave a tombstone for each (person, version): no name, no address, and assignments that end (F2).

    Return the mailboxes that were theirs.
    """
    versions = dict(sorted(erased))
    told = {"person_id": list(versions), "version": list(versions.values())}
    await conn.execute(sql.NAME_PERSONS, told)
    found = (await conn.execute(sql.MAILBOXES_OF, told)).scalars()
    mailboxes = {mailbox for mailbox in found if mailbox is not None}
    await conn.execute(sql.ERASE, told)
    await conn.execute(sql.ERASE_ASSIGNMENTS, told)
    await forgetting.forget_erased(conn, mailboxes)
    return mailboxes


async def copy_units(conn: AsyncConnection, rows: Sequence[UnitRow]) -> None:
    """Take over units that are newer than what is known. One row for each unit."""
    await conn.execute(sql.UNITS, _columns(UnitRow, rows))


async def copy_assignments(conn: AsyncConnection, rows: Sequence[AssignmentRow]) -> None:
    """Take over assignments that are newer than what is known; an erased person's is kept as ended."""
    told = _columns(AssignmentRow, rows)
    for statement in (*sql.NAME_TYPES_AND_UNITS, sql.NAME_PERSONS, sql.LOCK_PERSONS, sql.LOCK_ASSIGNMENTS):
        await conn.execute(statement, told)
    await conn.execute(sql.ASSIGNMENTS, told)


async def end_assignments(conn: AsyncConnection, ended: Iterable[tuple[str, int]]) -> None:
    """Note that assignments, each with its version, are no longer in the CRM."""
    versions = dict(sorted(ended))
    told = {"assignment_id": list(versions), "version": list(versions.values())}
    await conn.execute(sql.END, told)


def _columns(kind: type, rows: Sequence[object], *only: str) -> dict[str, list[object]]:
    """Return a list of values for each field, or ``only`` some: what PostgreSQL's ``unnest`` takes."""
    names: Iterable[str] = only or kind.__dataclass_fields__  # type: ignore[attr-defined]  # every kind is a dataclass
    return {name: [getattr(row, name) for row in rows] for name in names}
