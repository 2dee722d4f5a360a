"""Leave for each relay: tokens taken in bulk from the shared buckets, used one by one."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Counter as Metric

from services.sender.adapters import buckets
from services.sender.adapters.buckets import Asked, Unused
from services.sender.adapters.leasing import Connection, bare_connection
from services.sender.adapters.providers import Restraints
from services.sender.domain.buckets import HELD, Limit
from shared.persistence.database import Database

AT_ONCE = 20
"""Tokens taken together. What is left of them when the process stops is put back."""
PAUSED_SECONDS = 1.0
ASK_AGAIN_SECONDS = 300.0
"""Another process may have put tokens back meanwhile."""
WAITS = Metric("onsdag_relay_limit_waits_total", "Times that no token of a relay was left", ["relay"])


@dataclass
class _Taken:
    """Tokens of a relay, when they were taken by the database's clock, and until when they are used."""

    tokens: int
    limits: tuple[Limit, ...]
    at: datetime
    until: float

    @property
    def stale(self) -> bool:
        return time.monotonic() >= self.until


class Allowances:
    """Tokens of limited relays that this process has taken and not used. Costs nothing without limits."""

    def __init__(
        self, database: Database, limits: Mapping[str, tuple[Limit, ...]], restraints: Restraints
    ) -> None:
        self._database = database
        self._limits = limits
        self._restraints = restraints
        self._taken: dict[str, _Taken] = {}
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
            taken = self._taken.get(relay)
            if taken and taken.tokens:
                if not taken.stale:
                    taken.tokens -= 1
                    return 0.0
            elif not letter and (wait := self._empty_until.get(relay, 0.0) - time.monotonic()) > 0:
                return wait
            return await self._ask(relay, limits, letter=letter)

    async def _ask(self, relay: str, limits: tuple[Limit, ...], *, letter: bool) -> float:
        asked = Asked(relay, limits, letters=int(letter), mailings=0 if letter else AT_ONCE)
        until = time.monotonic() + HELD.total_seconds()
        async with bare_connection(self._database) as conn:
            await self._put_back(conn, relay)
            granted = (await buckets.take(conn, [asked]))[relay]
        if got := granted.letters + granted.mailings:
            self._taken[relay] = _Taken(got - 1, limits, granted.at, until)
            return 0.0
        WAITS.labels(relay=relay).inc()
        wait = granted.wait(1, letters=letter).total_seconds()
        if not letter:
            self._empty_until[relay] = time.monotonic() + min(wait, ASK_AGAIN_SECONDS)
        return max(wait, 0.001)

    def give(self, relay: str) -> None:
        """Give back a leave that was not used."""
        if taken := self._taken.get(relay):
            taken.tokens += 1

    async def put_back(self) -> None:
        """Put what was not used back into the shared buckets."""
        if any(taken.tokens for taken in self._taken.values()):
            async with bare_connection(self._database) as conn:
                for relay in list(self._taken):
                    await self._put_back(conn, relay)

    async def _put_back(self, conn: Connection, relay: str) -> None:
        taken = self._taken.get(relay)
        if taken and taken.tokens:
            unused, taken.tokens = Unused(relay, taken.limits, taken.tokens, taken.at), 0
            await buckets.put_back(conn, [unused])
