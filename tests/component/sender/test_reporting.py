"""Outcomes leave in batches, however many have gathered."""

from services.sender.adapters import outcomes
from shared.contracts.sender import OUTCOME_BATCH
from tests.component.sender.filling import fill, opened
from tests.component.sender.post_office import EDITION

_ALL_ACCEPTED = """
    INSERT INTO outcome (mail_id, edition_id, state, at, reply, dead)
    SELECT mail_id, edition_id, 'accepted', now(), '250 Ok', false FROM mail
"""


async def test_a_batch_is_never_larger_whatever_plan_the_database_makes(sender_database: str) -> None:
    """A LIMIT that is looked up anew for each row limits nothing."""
    gathered = OUTCOME_BATCH + 20
    async with opened(sender_database) as database:
        await fill(database, [f"m{number}@example.org" for number in range(gathered)])
        async with database.begin() as conn:
            await conn.exec_driver_sql(_ALL_ACCEPTED)
        taken = []
        async with database.begin() as conn:
            for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
                await conn.exec_driver_sql(f"SET LOCAL enable_{way} = off")
            while batch := await outcomes.take(conn, EDITION, OUTCOME_BATCH):
                taken.append(len({each.mail_id for each in batch}))
    assert taken == [OUTCOME_BATCH, 20]
