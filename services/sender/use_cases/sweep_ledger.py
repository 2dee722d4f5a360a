"""Sweep the ledger: what dead workers held goes on without them."""

from collections.abc import Callable
from time import monotonic

import structlog

from services.sender.adapters import ledger
from services.sender.adapters.leasing import bare_connection
from shared.clock import Clock
from shared.persistence.database import Database

log = structlog.get_logger(__name__)


class SweepLedger:
    """A sweeper. ``resend``: mails that a crash left uncertain are sent again.

    While the database was away nobody could renew a lease, so one that ran out then says nothing. A lease is
    forgotten only by a process that has seen the database answer for half a lease without a gap: time
    enough for every living worker, which renews each third of it.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        lease_seconds: float,
        *,
        resend: bool,
        ticks: Callable[[], float] = monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._grace = lease_seconds / 2
        self._resend = resend
        self._ticks = ticks
        self._answered = self._answers_since = ticks()

    async def __call__(self) -> None:
        async with bare_connection(self._database) as conn:
            now = self._clock.now()
            uncertain, held = await ledger.sweep(conn, now, forget=self._is_steady(), resend=self._resend)
        if held:
            log.warning("worker_died", held=held, uncertain=uncertain)

    def _is_steady(self) -> bool:
        """Note that the database answers; return whether it has for long enough."""
        now = self._ticks()
        if now - self._answered > self._grace:
            self._answers_since = now
        self._answered = now
        return now - self._answers_since >= self._grace
