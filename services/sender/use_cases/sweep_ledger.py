"""Sweep the ledger: what dead workers held goes on without them."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from prometheus_client import Gauge

from services.sender.adapters import ledger
from services.sender.adapters.leasing import bare_connection
from shared.clock import Clock
from shared.persistence.database import Database

log = structlog.get_logger(__name__)

IN_DOUBT = Gauge("onsdag_mails_in_doubt", "Mails that may have left, and wait for the desk's decision")


@dataclass(frozen=True)
class SweepLedger:
    """A sweeper. ``resend``: mails that a crash left uncertain are sent again.

    ``grace`` is how long after the database's start every living worker has renewed its lease, which it
    tries at each third of it.
    """

    database: Database
    clock: Clock
    grace: timedelta
    resend: bool

    async def __call__(self) -> None:
        async with bare_connection(self.database) as conn:
            uncertain, held = await ledger.sweep(conn, self.clock.now(), grace=self.grace, resend=self.resend)
            IN_DOUBT.set(await ledger.in_doubt(conn))
        if held:
            log.warning("worker_died", held=held, uncertain=uncertain)
