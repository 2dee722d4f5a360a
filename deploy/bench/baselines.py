"""What the engine is measured against: each of its stages alone, and a bare loop of the library."""

import asyncio
import time
from dataclasses import dataclass

import aiosmtplib

from deploy.bench.delivery import Target
from services.sender.adapters import leasing
from services.sender.adapters.leasing import Leased, bare_connection
from services.sender.adapters.relay import Relay
from services.sender.adapters.tables import metadata
from services.sender.domain.envelope import wire
from services.sender.main import engine
from services.sender.use_cases.deliver import Engine
from shared.clock import SystemClock
from shared.hosting import Foundation


def compose(target: Target, leased: list[Leased], mails: int) -> float:
    """Return how many mails a second are composed, and nothing else done."""

    async def run() -> float:
        writer = _engine(target).writer
        began = time.monotonic()
        for number in range(mails):
            await writer.write(leased[number % len(leased)])
        return mails / (time.monotonic() - began)

    return asyncio.run(run())


@dataclass(frozen=True)
class Prepared:
    """A composed mail with its envelope, as the engine hands it over. Passed to processes."""

    sender: bytes
    recipient: bytes
    message: bytes


def prepare(target: Target, leased: list[Leased]) -> list[Prepared]:
    """Return the mails composed."""

    async def run() -> list[Prepared]:
        made = _engine(target)
        written = [(each, await made.writer.write(each)) for each in leased]
        return [
            Prepared(made.return_path(each.mail_id), wire(each.mail.to.address), message)
            for each, message in written
            if isinstance(message, bytes)
        ]

    return asyncio.run(run())


def sample(target: Target, mails: int) -> list[Leased]:
    """Return some mails of the ledger as a worker sees them; they are given back."""

    async def run() -> list[Leased]:
        base = Foundation("sender", target.settings(), metadata)
        async with bare_connection(base.database) as conn:
            token = await leasing.register(conn, "sample", 60)
            leased = await leasing.take(conn, token, SystemClock().now(), letters=0, mailings=mails)
            await leasing.release(conn, token)
        await base.database.close()
        return leased

    return asyncio.run(run())


def _engine(target: Target) -> Engine:
    settings = target.settings()
    return engine(Foundation("sender", settings, metadata), settings)


def bare_library(target: Target, prepared: list[Prepared], mails: int) -> float:
    """Return the rate of aiosmtplib alone: the same connections, envelopes and bytes, nothing else."""

    async def run() -> float:
        relay = Relay.parse(target.smtp_url)
        numbers = iter(range(mails))

        async def one() -> None:
            client = aiosmtplib.SMTP(hostname=relay.host, port=relay.port, start_tls=False, timeout=600)
            await client.connect()
            for number in numbers:
                mail = prepared[number % len(prepared)]
                await client.sendmail(mail.sender.decode(), [mail.recipient.decode()], mail.message)
            await client.quit()

        began = time.monotonic()
        await asyncio.gather(*(one() for _ in range(target.connections)))
        return mails / (time.monotonic() - began)

    return asyncio.run(run())


def own_client(target: Target, prepared: list[Prepared], mails: int) -> float:
    """Return the rate of the sender's own way to the relay: no ledger, nothing composed."""

    async def run() -> float:
        relay = Relay.parse(target.smtp_url)
        numbers = iter(range(mails))

        async def one() -> None:
            connection = await relay.connect()
            for number in numbers:
                mail = prepared[number % len(prepared)]
                await connection.send(mail.sender, mail.recipient, mail.message)
            await connection.close()

        began = time.monotonic()
        await asyncio.gather(*(one() for _ in range(target.connections)))
        return mails / (time.monotonic() - began)

    return asyncio.run(run())
