"""How long audiences take to estimate before they are ordered."""

from datetime import date
from statistics import median
from time import perf_counter

from deploy.bench.membership import Membership
from services.scheduler.adapters import audiences
from services.scheduler.adapters.audiences import Thought
from services.scheduler.adapters.order_counts import count_thought
from shared.persistence.database import Database


async def estimates(database: Database, membership: Membership, day: date) -> dict[str, float]:
    """Return the slowest and the median in ms: what the scheduler's API does for each, less HTTP."""
    seen = []
    for audience in membership.each_audience():
        started = perf_counter()
        async with database.begin() as conn:
            await audiences.unheard_of(conn, "u0", audience)
            await count_thought(conn, Thought("u0", "information", audience), day)
        seen.append(1000 * (perf_counter() - started))
    return {"estimate_ms": max(seen), "estimate_median_ms": median(seen)}
