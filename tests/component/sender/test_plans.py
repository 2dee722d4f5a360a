"""Plans of the hot queries at a large ledger, whether the database has statistics of it or not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.sender.adapters import leasing
from shared.persistence.database import Database
from tests.component.sender.filling import fill, opened

_MANY = """
    INSERT INTO mail (mail_id, edition_id, address, address_hash, language, readers, recorded_at)
    SELECT gen_random_uuid(), edition_id, number || address, sha256(convert_to(number || address, 'UTF8')),
        language, readers, recorded_at
    FROM mail CROSS JOIN generate_series(1, 50000) AS number
"""
_PLANNED = """
    INSERT INTO delivery (mail_id, edition_id, due_at, updated_at, state)
    SELECT mail_id, edition_id, now(), now(), 'planned' FROM mail
    WHERE NOT EXISTS (SELECT FROM delivery d WHERE d.mail_id = mail.mail_id)
"""


async def _plan(database: Database) -> Any:
    async with leasing.bare_connection(database) as conn:
        found = await conn.fetchval(f"EXPLAIN (FORMAT json) {leasing.LEASE}", 1, 20, 1000, datetime.now(UTC))
        return found[0]["Plan"]


def _read_whole(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _read_whole(part)


@pytest.mark.parametrize("known", [False, True])
async def test_taking_mails_reads_no_ledger_whole(sender_database: str, known: bool) -> None:
    async with opened(sender_database) as database:
        await fill(database, ["one@example.org"])
        async with database.begin() as conn:
            await conn.exec_driver_sql(_MANY)
            await conn.exec_driver_sql(_PLANNED)
            if known:
                await conn.exec_driver_sql("ANALYZE mail, delivery")
        assert {"mail", "delivery"}.isdisjoint(_read_whole(await _plan(database)))
