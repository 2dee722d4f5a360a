"""Leave for each relay: tokens taken in bulk from the shared buckets, used one by one."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping

from prometheus_client import Counter as Metric

from services.sender.adapters import buckets
from services.sender.adapters.buckets import Asked
from services.sender.adapters.leasing import bare_connection
from services.sender.adapters.providers import Restraints
from services.sender.domain.buckets import Limit
from shared.persistence.database import Database

AT_ONCE = 20
"""Tokens taken together. What is left of them when the process stops is put back."""
PAUSED_SECONDS = 1.0
WAITS = Metric("onsdag_relay_limit_waits_total", "Times that no token of a relay was left", ["relay"])


class Allowances:
    """Tokens of limited relays that this process has taken and not used. Costs nothing without limits."""

    def __init__(
        self, database: Database, limits: Mapping[str, tuple[Limit, ...]], restraints: Restraints
    ) -> None:
        self._database = database
        self._limits = limits
        self._restraints = restraints
        self._tokens: Counter[str] = Counter()
        self._empty_until: dict[str, float] = {}
        self._asking = asyncio.Lock()

    async def take(self, relay: str, *, letter: bool) -> float:
        """Return 0 if a mail may go now, else how many seconds there is to wait."""
        if relay in self._restraints.paused:
            return PAUSED_SECONDS
        limits = (*self._limits.get(relay, ()), *self._restraints.pace(relay))
        if not limits:
            return 0.0
        async with self._asking:
            if self._tokens[relay] == 0:
                wait = self._empty_until.get(relay, 0.0) - time.monotonic()
                if wait > 0 and not letter:
                    return wait
                return await self._ask(relay, limits, letter=letter)
            self._tokens[relay] -= 1
            return 0.0

    async def _ask(self, relay: str, limits: tuple[Limit, ...], *, letter: bool) -> float:
        asked = Asked(relay, limits, letters=int(letter), mailings=0 if letter else AT_ONCE)
        async with bare_connection(self._database) as conn:
            granted = (await buckets.take(conn, [asked]))[relay]
        if got := granted.letters + granted.mailings:
            self._tokens[relay] += got - 1
            return 0.0
        WAITS.labels(relay=relay).inc()
        wait = granted.wait(1, letters=letter).total_seconds()
        if not letter:
            self._empty_until[relay] = time.monotonic() + wait
        return max(wait, 0.001)

    def give(self, relay: str) -> None:
        """Give back a leave that was not used."""
        if self._limits.get(relay):
            self._tokens[relay] += 1

    async def put_back(self) -> None:
        """Put what was not used back into the shared buckets."""
        unused, self._tokens = +self._tokens, Counter()
        if unused:
            async with bare_connection(self._database) as conn:
                await buckets.put_back(conn, unused)
