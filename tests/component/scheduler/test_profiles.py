"""Profiles, which many batches of people want at once."""

import asyncio
import random

from services.scheduler.adapters import profiles, register
from services.scheduler.adapters.profiles import Attributes
from services.scheduler.adapters.register import PersonRow
from shared.persistence.database import Database, engine_for

ROUNDS, BATCHES = 40, 8


async def _take_over(database: Database, round_no: int, batch: int, chance: random.Random) -> int:
    """Take over people with some of the round's new attributes; return how many profiles they have."""
    wanted: list[Attributes] = [
        ((f"avtal {round_no}-{no}",), ()) for no in range(30) if chance.random() < 0.6
    ]
    people = [
        PersonRow(f"p{round_no}-{batch}-{no}", 1, "Åsa Lind", "sv", "missing", attributes=attributes)
        for no, attributes in enumerate(wanted)
    ]
    async with database.begin() as conn:
        await register.copy_persons(conn, people)
        return len(await profiles.keys(conn, wanted)) - len(wanted)


async def test_batches_with_the_same_new_profiles_do_not_block_each_other(scheduler_database: str) -> None:
    chance = random.Random(7)  # which attributes are in which batch
    database = Database(engine_for(scheduler_database, "scheduler", pool_size=BATCHES))
    try:
        for round_no in range(ROUNDS):
            batches = (_take_over(database, round_no, batch, chance) for batch in range(BATCHES))
            assert set(await asyncio.gather(*batches)) == {0}
    finally:
        await database.close()
