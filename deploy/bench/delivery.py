"""What is measured of the sender, each in a process of its own."""

import asyncio
import resource
import time
from dataclasses import dataclass
from uuid import UUID

import aiosmtplib
import asyncpg
from sqlalchemy.engine import make_url

from services.sender.adapters import ledger
from services.sender.adapters.ledger import Leased, bare_connection
from services.sender.adapters.smtp import Relay
from services.sender.adapters.tables import metadata
from services.sender.domain.envelope import wire
from services.sender.main import engine
from services.sender.settings import SenderSettings
from services.sender.use_cases.compose_mail import MailWriter
from services.sender.use_cases.deliver import Engine
from services.sender.use_cases.report_outcomes import ReportOutcomes
from shared.clock import SystemClock
from shared.hosting import Foundation

SENDER = b"info@onsdag.example.org"
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

    def settings(self) -> SenderSettings:
        return SenderSettings(
            database_url=self.database_url,
            smtp_url=self.smtp_url,
            smtp_connections=self.connections,
            secret_key=self.secret,
            organisation_name="Röda Exemplet",
        )


@dataclass(frozen=True)
class Run:
    """When a process began and ended (seconds of the machine's monotonic clock), and its memory in MB."""

    began: float
    ended: float
    rss_mb: float
    rss_mb_early: float


def deliver(target: Target, edition_id: UUID, mails: int) -> Run:
    """Run the complete engine until an edition is through."""
    return asyncio.run(_deliver(target, edition_id, mails))


async def _deliver(target: Target, edition_id: UUID, mails: int) -> Run:
    settings = target.settings()
    base = Foundation("sender", settings, metadata)
    report = ReportOutcomes(base.database, base.outbox, hold=False)
    stop = asyncio.Event()
    early = asyncio.create_task(_memory_at(target, edition_id, mails // 10))
    began = time.monotonic()
    work = asyncio.create_task(engine(base, settings).run(stop))
    reports = asyncio.create_task(_report(report, stop))
    await _through(target, edition_id)
    ended = time.monotonic()
    stop.set()
    await asyncio.gather(work, reports)
    await base.database.close()
    return Run(began, ended, _peak_mb(), await early)


async def _report(report: ReportOutcomes, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await report()
        await asyncio.sleep(REPORT_SECONDS)


async def _through(target: Target, edition_id: UUID) -> None:
    await _becomes(
        target, f"SELECT NOT EXISTS (SELECT {_OF_EDITION} {_UNFINISHED})", edition_id, LOOK_SECONDS
    )


async def _memory_at(target: Target, edition_id: UUID, accepted: int) -> float:
    """Return the peak memory when so many mails were accepted."""
    query = f"SELECT count(*) >= {accepted:d} {_OF_EDITION} AND state = 'accepted'"
    await _becomes(target, query, edition_id, LOOK_SECONDS * 10)
    return _peak_mb()


async def _becomes(target: Target, query: str, edition_id: UUID, every: float) -> None:
    conn = await _connect(target)
    while True:
        if await conn.fetchval(query, edition_id):
            break
        await asyncio.sleep(every)
    await conn.close()


async def _connect(target: Target) -> asyncpg.Connection:
    url = make_url(target.database_url).set(drivername="postgresql")
    return await asyncpg.connect(url.render_as_string(hide_password=False))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def compose(target: Target, leased: list[Leased], mails: int) -> float:
    """Return how many mails a second are composed, and nothing else done."""

    async def run() -> float:
        writer = _writer(target)
        began = time.monotonic()
        for number in range(mails):
            await writer.write(leased[number % len(leased)])
        return mails / (time.monotonic() - began)

    return asyncio.run(run())


def messages(target: Target, leased: list[Leased]) -> list[tuple[bytes, bytes]]:
    """Return the composed messages with their recipients."""

    async def run() -> list[tuple[bytes, bytes]]:
        writer = _writer(target)
        made = [(wire(each.mail.to.address), await writer.write(each)) for each in leased]
        return [(address, message) for address, message in made if isinstance(message, bytes)]

    return asyncio.run(run())


def sample(target: Target, mails: int) -> list[Leased]:
    """Return some mails of the ledger as a worker sees them; they are given back."""

    async def run() -> list[Leased]:
        base = Foundation("sender", target.settings(), metadata)
        async with bare_connection(base.database) as conn:
            token = await ledger.register(conn, "sample", 60)
            leased = await ledger.take(conn, token, SystemClock().now(), letters=0, mailings=mails)
            await ledger.release(conn, token)
        await base.database.close()
        return leased

    return asyncio.run(run())


def _writer(target: Target) -> MailWriter:
    settings = target.settings()
    made: Engine = engine(Foundation("sender", settings, metadata), settings)
    return made.writer


def bare_library(target: Target, made: list[tuple[bytes, bytes]], mails: int) -> float:
    """Return the rate of aiosmtplib alone: the same connections, the same bytes, nothing else."""

    async def run() -> float:
        relay = Relay.parse(target.smtp_url)
        numbers = iter(range(mails))

        async def one() -> None:
            client = aiosmtplib.SMTP(hostname=relay.host, port=relay.port, start_tls=False, timeout=600)
            await client.connect()
            for number in numbers:
                address, message = made[number % len(made)]
                await client.sendmail(SENDER.decode(), [address.decode()], message)
            await client.quit()

        began = time.monotonic()
        await asyncio.gather(*(one() for _ in range(target.connections)))
        return mails / (time.monotonic() - began)

    return asyncio.run(run())


def own_client(target: Target, made: list[tuple[bytes, bytes]], mails: int) -> float:
    """Return the rate of the sender's own way to the relay: no ledger, nothing composed."""

    async def run() -> float:
        relay = Relay.parse(target.smtp_url)
        numbers = iter(range(mails))

        async def one() -> None:
            connection = await relay.connect()
            for number in numbers:
                await connection.send(SENDER, *made[number % len(made)])
            await connection.close()

        began = time.monotonic()
        await asyncio.gather(*(one() for _ in range(target.connections)))
        return mails / (time.monotonic() - began)

    return asyncio.run(run())
