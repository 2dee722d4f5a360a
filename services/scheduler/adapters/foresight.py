"""Seeing before what orders will come to. Nothing is written."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.foresight_sql import (
    candidates_sql,
    foresee_one_sql,
    foresee_sql,
    named_sql,
    refused_sql,
)
from services.scheduler.adapters.merge import Queue, merge_parameters, shape_of, tune
from services.scheduler.adapters.merge_sql import Shape
from services.scheduler.domain.foresight import AlikeMails, AlikePeople
from services.scheduler.domain.previews import Seen
from services.scheduler.domain.sections import positions


@dataclass
class ForeseenOrder:
    """What one order alone would come to: ``people`` by number, and their ``mails``."""

    people: list[int] = field(default_factory=list)
    mails: int = 0
    excluded: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class NamedReader:
    """A person, and for each position the roles by which they get it."""

    person_id: str
    name: str
    sections: dict[int, tuple[str, ...]]


@dataclass(frozen=True)
class NamedMail:
    """A mail as it would be, with its readers."""

    mailbox_key: int
    address: str
    language: str
    readers: tuple[NamedReader, ...]

    @property
    def sections(self) -> tuple[int, ...]:
        return tuple(sorted({position for reader in self.readers for position in reader.sections}))


Cells = dict[int, tuple[str, frozenset[int]]]
"""For each cell, its holders' role as it is written, and the positions that it gives."""

_AT = text("SELECT person_key FROM person WHERE mailbox_key = ANY(:mailboxes)")
_FEW = text("SET LOCAL enable_nestloop = on")
_SWEDISH = "sv"


@dataclass(frozen=True)
class Lineup:
    """Orders by position, who waits when there is too much for a person, and the day on which they leave."""

    order_nos: Sequence[int]
    queue: Queue
    day: date

    @property
    def parameters(self) -> dict[str, object]:
        return merge_parameters(self.order_nos, self.day, self.queue)

    async def shape(self, conn: AsyncConnection) -> Shape:
        return await shape_of(conn, self.order_nos, self.queue)


async def foresee(conn: AsyncConnection, lineup: Lineup) -> Seen:
    """Return what would come of orders."""
    if not lineup.order_nos:
        return Seen()
    await tune(conn)
    return seen(await conn.execute(text(foresee_sql(await lineup.shape(conn))), lineup.parameters))


def seen(rows: Iterable[Row[Any]]) -> Seen:
    """Return what rows of ``foresight_sql.SEEN`` tell."""
    people: list[AlikePeople] = []
    mails: list[AlikeMails] = []
    domains: dict[str, int] = {}
    excluded: dict[int, dict[str, int]] = {}
    for row in rows:
        match row.what:
            case "people":
                people.append(AlikePeople(positions(row.name), row.people))
            case "mails":
                mails.append(AlikeMails(positions(row.name), row.language, row.number, row.example))
            case "domain":
                domains[row.name] = row.number
            case _:
                excluded.setdefault(row.position, {})[row.name] = row.number
    return Seen(people, mails, domains, excluded)


async def foresee_order(conn: AsyncConnection, order_no: int, day: date) -> ForeseenOrder:
    """Return what one order would come to if it were alone on a day."""
    alone = Lineup([order_no], Queue(), day)
    await tune(conn)
    found = ForeseenOrder()
    for row in await conn.execute(text(foresee_one_sql(await alone.shape(conn))), alone.parameters):
        if row.what == "people":
            found.people, found.mails = row.people or [], row.mails
        else:
            found.excluded[row.name] = row.number
    return found


async def some_mails(
    conn: AsyncConnection, lineup: Lineup, *, after: int, limit: int
) -> tuple[list[NamedMail], int | None]:
    """Return mails whose mailbox has a number above ``after``, and where to go on, None at the end.

    ``limit`` mailboxes are looked at; those to which nothing would go are left out.
    """
    if not lineup.order_nos:
        return [], None
    await tune(conn)
    shape = await lineup.shape(conn)
    told = {**lineup.parameters, "after": after, "limit": limit}
    mailboxes = list((await conn.execute(text(candidates_sql(shape)), told)).scalars())
    people = list((await conn.execute(_AT, {"mailboxes": mailboxes})).scalars())
    await conn.execute(_FEW)
    return await _named(conn, lineup, shape, people), mailboxes[-1] if len(mailboxes) == limit else None


async def all_mails(conn: AsyncConnection, lineup: Lineup) -> AsyncIterator[NamedMail]:
    """Yield every mail, in the order of the mailboxes' numbers; rows are fetched as they are needed."""
    if not lineup.order_nos:
        return
    await tune(conn)
    statement = text(named_sql(await lineup.shape(conn), some=False))
    async with conn.stream(statement, lineup.parameters) as rows:
        async for mail in _mails(rows):
            yield mail


async def sections_of(conn: AsyncConnection, lineup: Lineup, person_key: int) -> dict[int, tuple[str, ...]]:
    """Return the positions that a person would get, each with the roles by which."""
    mails = await _named(conn, lineup, await lineup.shape(conn), [person_key])
    return mails[0].readers[0].sections if mails else {}


async def why_not(conn: AsyncConnection, lineup: Lineup, order_no: int, person_key: int) -> str | None:
    """Return the reason for which a person would not get an order that names them."""
    told = {**lineup.parameters, "people": [person_key], "asked": order_no}
    reason: str | None = (await conn.execute(text(refused_sql(await lineup.shape(conn))), told)).scalar()
    return reason


async def _named(
    conn: AsyncConnection, lineup: Lineup, shape: Shape, people: Sequence[int]
) -> list[NamedMail]:
    told = {**lineup.parameters, "people": people}
    rows = (await conn.execute(text(named_sql(shape, some=True)), told)).all()
    return [mail async for mail in _mails(_each(rows))]


async def _each(rows: Sequence[Row[Any]]) -> AsyncIterator[Row[Any]]:
    for row in rows:
        yield row


async def _mails(rows: AsyncIterator[Row[Any]]) -> AsyncIterator[NamedMail]:
    """Put the readers at one address together."""
    cells: Cells = {}
    together: list[Row[Any]] = []
    async for row in rows:
        if row.person_id is None:
            cells[row.cell_no] = (row.role, frozenset(positions(row.sections)))
            continue
        if together and together[0].mailbox_key != row.mailbox_key:
            yield _mail(together, cells)
            together = []
        together.append(row)
    if together:
        yield _mail(together, cells)


def _mail(rows: Sequence[Row[Any]], cells: Cells) -> NamedMail:
    languages = {row.language for row in rows}
    return NamedMail(
        mailbox_key=rows[0].mailbox_key,
        address=rows[0].address,
        language=languages.pop() if len(languages) == 1 else _SWEDISH,
        readers=tuple(_reader(row, cells) for row in rows),
    )


def _reader(row: Row[Any], cells: Cells) -> NamedReader:
    held = [cells[number] for number in row.cells if number in cells]
    given = {
        position: tuple(sorted({role for role, sections in held if position in sections}))
        for position in positions(row.sections)
    }
    return NamedReader(row.person_id, row.name, given)
