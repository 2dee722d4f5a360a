"""The complete engine at work, measured from inside its process."""

import asyncio
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
from sqlalchemy.engine import make_url

from services.sender.adapters.tables import metadata
from services.sender.main import engine
from services.sender.settings import SenderSettings
from services.sender.use_cases.report_outcomes import ReportOutcomes
from services.sender.use_cases.stages import seconds_by_stage
from shared.hosting import Foundation

REPORT_SECONDS = 1.0
LOOK_SECONDS = 0.05
_OF_EDITION = "FROM sender.delivery WHERE edition_id = $1"
_UNFINISHED = "AND state IN ('planned', 'claimed', 'submitting', 'deferred')"


@dataclass(frozen=True)
class Target:
    """Against what to measure. Passed to processes."""

    database_url: str
    smtp_url: str
    secret: str
    connections: int
    dkim_keys: str = ""

    def settings(self) -> SenderSettings:
        return SenderSettings(
            database_url=self.database_url,
            smtp_url=self.smtp_url,
            smtp_connections=self.connections,
            secret_key=self.secret,
            dkim_keys=self.dkim_keys,
            organisation_name="Röda Exemplet",
        )


@dataclass(frozen=True)
class Run:
    """What one process measured of itself.

    ``began`` and ``ended`` are seconds of the monotonic clock, ``cpu_seconds`` what the process used
    between them. ``rss_mb`` is its memory when so much of the edition was accepted. ``stages`` are seconds,
    summed over all connections.
    """

    began: float
    ended: float
    cpu_seconds: float
    peak_rss_mb: float
    rss_mb: dict[str, float]
    stages: dict[str, float]


def deliver(target: Target, edition_id: UUID, mails: int) -> Run:
    """Run the complete engine until an edition is through."""
    return asyncio.run(_deliver(target, edition_id, mails))


async def _deliver(target: Target, edition_id: UUID, mails: int) -> Run:
    settings = target.settings()
    base = Foundation("sender", settings, metadata)
    report = ReportOutcomes(base.database, base.outbox, desk=settings.organisation_address, hold=False)
    stop = asyncio.Event()
    memory = asyncio.create_task(_memory(target, edition_id, mails))
    began, cpu_before = time.monotonic(), time.process_time()
    work = asyncio.create_task(engine(base, settings).run(stop))
    reports = asyncio.create_task(_report(report, stop))
    await _through(target, edition_id)
    ended, cpu_after = time.monotonic(), time.process_time()
    stop.set()
    await asyncio.gather(work, reports)
    await base.database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(began, ended, cpu_after - cpu_before, peak, await memory, seconds_by_stage())


async def _report(report: ReportOutcomes, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await report()
        await asyncio.sleep(REPORT_SECONDS)


async def _through(target: Target, edition_id: UUID) -> None:
    await _becomes(
        target, f"SELECT NOT EXISTS (SELECT {_OF_EDITION} {_UNFINISHED})", edition_id, LOOK_SECONDS
    )


async def _memory(target: Target, edition_id: UUID, mails: int) -> dict[str, float]:
    """Return the memory in MB when each part of an edition was accepted."""
    found = {}
    for percent in (10, 25, 50, 75, 100):
        query = f"SELECT count(*) >= {mails * percent // 100:d} {_OF_EDITION} AND state = 'accepted'"
        await _becomes(target, query, edition_id, LOOK_SECONDS * 20)
        found[f"{percent} %"] = _rss_mb()
    return found


async def _becomes(target: Target, query: str, edition_id: UUID, every: float) -> None:
    conn = await _connect(target)
    await conn.execute("SET enable_seqscan = off")  # looking must not weigh on what is measured
    while True:
        if await conn.fetchval(query, edition_id):
            break
        await asyncio.sleep(every)
    await conn.close()


async def _connect(target: Target) -> asyncpg.Connection:
    url = make_url(target.database_url).set(drivername="postgresql")
    return await asyncpg.connect(url.render_as_string(hide_password=False))


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
