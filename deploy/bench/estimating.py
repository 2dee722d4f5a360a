"""How long an audience takes to estimate before it is ordered."""

from datetime import date
from time import perf_counter

from services.scheduler.adapters import audiences
from services.scheduler.adapters.audiences import Thought
from shared.contracts.intake import Audience
from shared.persistence.database import Database


async def estimate_ms(database: Database, audience: Audience, day: date) -> float:
    """Return the milliseconds that the scheduler's API takes for it, less HTTP."""
    started = perf_counter()
    async with database.begin() as conn:
        await audiences.unheard_of(conn, "u0", audience)
        await audiences.estimate(conn, Thought("u0", "information", audience), day)
    return 1000 * (perf_counter() - started)
