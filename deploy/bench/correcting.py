"""How long it takes to count whom a correction reaches: exactly those who got another order."""

from statistics import median
from time import perf_counter
from uuid import UUID

from deploy.bench.merging import ROUNDS, WEDNESDAY, Target, opened
from services.scheduler.adapters.audiences import Thought
from services.scheduler.adapters.order_counts import count_thought
from shared.contracts.intake import Audience

LARGEST = UUID(int=1)
"""Among the orders of a membership: to holders of two types, everywhere."""


async def correct(target: Target) -> dict[str, float]:
    """Return the median in ms, once the edition is frozen."""
    correction = Thought("u0", "duty", Audience(recipients_of=(LARGEST,)))
    seen = []
    async with opened(target) as database:
        for _ in range(ROUNDS):
            started = perf_counter()
            async with database.begin() as conn:
                await count_thought(conn, correction, WEDNESDAY)
            seen.append(1000 * (perf_counter() - started))
    return {"correction_ms": median(seen)}
