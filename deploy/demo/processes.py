"""The five services as processes of their own, on free ports of this machine."""

import asyncio
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from deploy.local.ports import free_ports
from deploy.local.process import GuardedServer
from deploy.local.stack import ServerUrls
from deploy.local.warden import Spec
from deploy.topology import SERVICES
from shared.clock import FileClock

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 20.0


class Services:
    """Runs the services with one environment. Logs go to ``<folder>/<service>.log``."""

    def __init__(self, folder: Path, environment: Mapping[str, str], public_url: str) -> None:
        self.public_url = public_url
        self._folder = folder
        self._environment = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
        self._ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        self._running: dict[str, GuardedServer] = {}

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self._ports[service]}"

    async def start(self) -> None:
        """Start all five and wait until each is ready."""
        for service in SERVICES:
            self.start_one(service)
        await asyncio.gather(*(self.ready(service) for service in SERVICES))

    def start_one(self, service: str) -> None:
        spec = Spec(
            command=[sys.executable, "-m", "deploy.cli", "serve", service],
            env={**self._environment, "ONSDAG_PORT": str(self._ports[service])},
            log=str(self._folder / f"{service}.log"),
            grace=STOP_SECONDS,
        )
        self._running[service] = GuardedServer(service, spec)

    async def ready(self, service: str) -> None:
        """Wait until a service is ready; raise RuntimeError with its last words if it ends first."""
        server = self._running[service]
        async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
            while True:
                if not server.running():
                    raise RuntimeError(f"{service} ended while starting:\n{server.log_end()}")
                try:
                    if (await client.get(f"{self.url(service)}/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)

    def kill(self, service: str) -> None:
        """End one at once, as a power cut would."""
        self._running.pop(service).kill()

    async def stop(self) -> None:
        """End all, politely first."""
        servers = list(self._running.values())
        self._running.clear()
        await asyncio.gather(*(asyncio.to_thread(server.stop) for server in servers))


def demo_environment(urls: ServerUrls, clock: FileClock, public_url: str) -> dict[str, str]:
    """Return the settings that the demo gives to every service."""
    return {
        "ONSDAG_DATABASE_URL": urls.database_url,
        "ONSDAG_AMQP_URL": urls.amqp_url,
        "ONSDAG_SMTP_URL": urls.smtp_url,
        "ONSDAG_CLOCK": f"file:{clock.path}",
        "ONSDAG_SECRET_KEY": secrets.token_urlsafe(32),
        "ONSDAG_PUBLIC_URL": public_url,
        "ONSDAG_ORGANISATION_NAME": "Exempelförbundet",
        "ONSDAG_ORGANISATION_ADDRESS": "info@exempelforbundet.example.se",
        "ONSDAG_LOG_FORMAT": "console",
        # The demo reckons by itself who gets what on one Wednesday: nothing moves to the next.
        "ONSDAG_MOST_SECTIONS": "0",
    }
