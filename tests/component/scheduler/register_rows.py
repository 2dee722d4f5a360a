"""Rows for the copy of the register, and a look at what is there."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.register import PersonRow
from shared.addresses import address_hash
from tests.component.scheduler.planning import SECRET


def person_row(name: str, version: int, address: str | None) -> PersonRow:
    if address is None:
        return PersonRow(name, version, f"{name} v{version}", "sv", "missing")
    return PersonRow(name, version, f"{name} v{version}", "sv", "ok", address, hashed(address))


def hashed(address: str) -> bytes:
    return address_hash(SECRET.encode(), address)


async def column(conn: AsyncConnection, sql: str) -> list[Any]:
    """Return the first column of what a query finds."""
    return list((await conn.execute(text(sql))).scalars())
