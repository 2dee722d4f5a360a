"""The names that the register uses, as the scheduler tells them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters.tables import register_names
from services.intake.domain.registers import HouseNames


async def learn(conn: AsyncConnection, told: Mapping[str, Iterable[str]]) -> None:
    """Keep names by what they name."""
    rows = [{"what": what, "name": name} for what in sorted(told) for name in sorted(set(told[what]))]
    if rows:
        await conn.execute(insert(register_names).values(rows).on_conflict_do_nothing())


async def known(conn: AsyncConnection) -> HouseNames:
    """Return all names."""
    found = defaultdict(set)
    for row in await conn.execute(select(register_names)):
        found[row.what].add(row.name)
    return HouseNames(**{what: frozenset(each) for what, each in found.items()})
