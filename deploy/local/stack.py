"""The servers Onsdag stands on: those given by URL, and private ones for the rest (DESIGN §5)."""

import asyncio
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.broker import PrivateBroker
from deploy.local.mail import CHECKOUT, PrivateSink
from deploy.local.postgres import PrivatePostgres
from deploy.local.rabbitmq_source import Machine, private_broker
from deploy.local.run_folder import RunFolder


@dataclass(frozen=True)
class ServerUrls:
    """Where the servers are. What was given is passed on exactly as it was given."""

    database_url: str
    amqp_url: str
    smtp_url: str
    management_url: str | None  # of RabbitMQ's HTTP API, if there is one
    mail_folder: Path | None  # of the private sink, if there is one


class LocalStack:
    """The servers of one run, as a context manager (``with`` or ``async with``).

    ``ONSDAG_DATABASE_URL``, ``ONSDAG_AMQP_URL`` and ``ONSDAG_SMTP_URL`` always win. Private servers live in
    a folder of their own under ``.onsdag`` and end with this process, however it ends.
    """

    def __init__(
        self,
        *,
        root: Path = CHECKOUT / ".onsdag",
        settings: Mapping[str, str] = os.environ,
        machine: Callable[[], Machine] = Machine.here,
        fsync: bool = True,
        management: bool = False,
    ) -> None:
        """``fsync=False`` is for tests. ``management`` gives the private RabbitMQ its HTTP API."""
        self._root = root
        self._settings = settings
        self._machine = machine
        self._fsync = fsync
        self._management = management
        self._cleanup = ExitStack()
        self.postgres: PrivatePostgres | None = None
        self.broker: PrivateBroker | None = None
        self.sink: PrivateSink | None = None

    @property
    def urls(self) -> ServerUrls:
        return ServerUrls(
            database_url=self.postgres.url if self.postgres else self._settings["ONSDAG_DATABASE_URL"],
            amqp_url=self.broker.amqp_url if self.broker else self._settings["ONSDAG_AMQP_URL"],
            smtp_url=self.sink.url if self.sink else self._settings["ONSDAG_SMTP_URL"],
            management_url=self.broker.management_url
            if self.broker
            else self._settings.get("ONSDAG_AMQP_MANAGEMENT_URL") or None,
            mail_folder=self.sink.folder if self.sink else None,
        )

    def start(self) -> ServerUrls:
        """Start what was not given, all at once. Raises LocalServerError, with nothing left running."""
        try:
            starts = self._private_servers()
            with ThreadPoolExecutor(max_workers=3, thread_name_prefix="start") as pool:
                for started in [pool.submit(start) for start in starts]:
                    started.result()
        except BaseException:
            self.stop()
            raise
        return self.urls

    def stop(self) -> None:
        """End the private servers and delete their folder."""
        self._cleanup.close()

    def _private_servers(self) -> list[Callable[[], None]]:
        given = {name for name in ("DATABASE", "AMQP", "SMTP") if self._settings.get(f"ONSDAG_{name}_URL")}
        if len(given) == 3:
            return []
        run = RunFolder(self._root)
        self._cleanup.callback(run.remove)
        starts: list[Callable[[], None]] = []
        if "AMQP" not in given:
            self.broker = private_broker(
                run.path / "rabbitmq",
                self._machine(),
                settings=self._settings,
                management=self._management,
                keep_open=run.lock,
            )
            self._cleanup.callback(self.broker.remove)
            starts.append(self.broker.start)
        if "DATABASE" not in given:
            self.postgres = PrivatePostgres(run.path / "postgres", fsync=self._fsync, keep_open=run.lock)
            self._cleanup.callback(self.postgres.remove)
            starts.append(self.postgres.start)
        if "SMTP" not in given:
            self.sink = PrivateSink(run.path / "mail", keep_open=run.lock)
            self._cleanup.callback(self.sink.remove)
            starts.append(self.sink.start)
        return starts

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)
