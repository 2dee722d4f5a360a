"""The whole house: five services as processes on the test's own servers, a clock to set, a sink to read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from rich.console import Console

from deploy.demo.clients import Apis
from deploy.demo.processes import Services, demo_environment
from deploy.demo.progress import Progress
from deploy.demo.result import Result
from deploy.demo.surroundings import Surroundings
from deploy.demo.wednesdays import Wednesdays
from deploy.local.mail import PrivateSink
from deploy.local.sink import Received, read_messages
from deploy.local.stack import ServerUrls
from deploy.topology import declare_topology
from shared.clock import FileClock


@dataclass(frozen=True)
class House:
    """Five running services."""

    services: Services
    around: Surroundings
    secret: bytes

    @property
    def wednesdays(self) -> Wednesdays:
        return Wednesdays(self.around, Result())

    def received(self) -> list[Received]:
        """Every mail of an edition that the sink has; not the answers to orderers."""
        return [mail for mail in read_messages(self.around.sink_folder) if b"\nX-Onsdag-Edition:" in mail.raw]

    async def one_click(self, token: str) -> httpx.Response:
        """Unsubscribe as a mail program does (RFC 8058)."""
        async with httpx.AsyncClient() as client:
            return await client.post(
                f"{self.services.url('compliance')}/u/{token}", data={"List-Unsubscribe": "One-Click"}
            )


@asynccontextmanager
async def house(
    database_url: str, amqp_url: str, sink: PrivateSink, folder: Path, start: datetime
) -> AsyncIterator[House]:
    """Run the house on a migrated database, from a moment on."""
    clock = FileClock(folder / "clock.json")
    clock.set(start)
    urls = ServerUrls(database_url, amqp_url, sink.url, None, sink.folder)
    environment = demo_environment(urls, clock, "http://127.0.0.1:9")
    secret = environment["ONSDAG_SECRET_KEY"].encode()
    await declare_topology(amqp_url)
    services = Services(folder, environment, "http://127.0.0.1:9")
    apis = Apis(services, secret, clock)
    progress = Progress(Console(stderr=True, quiet=True))
    try:
        await services.start()
        yield House(services, Surroundings(apis, amqp_url, clock, sink.folder, folder, progress), secret)
    finally:
        await apis.close()
        await services.stop()
