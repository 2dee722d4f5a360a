"""A private RabbitMQ node from an installed ``rabbitmq-server``.

Own node name, ports, epmd, folders and cookie, all on the loopback interface, so that it neither sees nor
disturbs another RabbitMQ of the machine, and runs as whoever we are.
"""

import os
import secrets
import shutil
from pathlib import Path

from deploy.local.broker import USER, Addresses, private_folder
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.process import GuardedServer, LocalServerError
from deploy.local.warden import Spec

START_SECONDS = 120.0
ATTEMPTS = 5

CONFIGURATION = """\
listeners.tcp.local = {loopback}:{amqp}
default_user = {user}
default_pass = {password}
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
default_user_tags.administrator = true
log.console.level = warning
raft.wal_max_size_bytes = 67108864
"""
MANAGEMENT = """\
management.tcp.ip = {loopback}
management.tcp.port = {management}
management.disable_stats = true
management.enable_queue_totals = true
"""


class RabbitNode:
    """One node whose data lies in ``folder``."""

    def __init__(
        self, script: Path, folder: Path, *, management: bool = False, keep_open: int | None = None
    ) -> None:
        """``script`` is RabbitMQ's own rabbitmq-server. ``management`` costs a second at the start."""
        self._script = script
        self._folder = folder
        self._addresses = Addresses(management=management)
        self._keep_open = keep_open
        self._name = f"onsdag-{secrets.token_hex(6)}@localhost"
        self._ports: list[int] = []
        self._server: GuardedServer | None = None

    @property
    def amqp_url(self) -> str:
        return self._addresses.amqp_url

    @property
    def management_url(self) -> str | None:
        return self._addresses.management_url

    @property
    def pid(self) -> int:
        assert self._server is not None
        return self._server.pid

    def start(self) -> None:
        """Start it and wait until it answers. Raises LocalServerError."""
        first = not self._ports
        for attempt in range(1, ATTEMPTS + 1):
            if first:
                self._ports = free_ports(4)
            try:
                self._start_on_ports()
                break
            except LocalServerError as error:
                if "eaddrinuse" not in str(error) or attempt == ATTEMPTS:
                    raise

    def stop(self) -> None:
        """Stop it in its own way, with its epmd; the data stays for the next start."""
        if self._server is not None:
            self._server.stop()

    def kill(self) -> None:
        """Kill it as a crash would; the data stays for the next start."""
        if self._server is not None:
            self._server.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def remove(self) -> None:
        """End it and delete its data."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start_on_ports(self) -> None:
        folder = private_folder(self._folder)
        self._addresses.amqp_port, self._addresses.management_port, *_ = self._ports
        self._configure(folder)
        log = folder / "rabbitmq.log"
        log.unlink(missing_ok=True)
        self._server = GuardedServer(
            "RabbitMQ",
            Spec(
                command=[str(self._script)],
                env=self._environment(folder),
                log=str(log),
                grace=30.0,
                remove=[str(folder)],
            ),
            keep_open=self._keep_open,
        )
        self._server.wait_until(self._addresses.answer, seconds=START_SECONDS)

    def _configure(self, folder: Path) -> None:
        names = {
            "loopback": LOOPBACK,
            "amqp": self._addresses.amqp_port,
            "management": self._addresses.management_port,
            "user": USER,
            "password": self._addresses.password,
        }
        management = self._addresses.management
        text = CONFIGURATION + (MANAGEMENT if management else "")
        (folder / "rabbitmq.conf").write_text(text.format(**names))
        (folder / "enabled_plugins").write_text("[rabbitmq_management]." if management else "[].")
        (folder / "rabbitmq-env.conf").write_text("")

    def _environment(self, folder: Path) -> dict[str, str]:
        """Everything the node needs, and nothing of the machine's own RabbitMQ."""
        _, _, distribution, epmd = self._ports
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(folder),  # the cookie
            "RABBITMQ_NODENAME": self._name,
            "RABBITMQ_DIST_PORT": str(distribution),
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            # The script becomes the node instead of watching over it: a warden does that already.
            "RUNNING_UNDER_SYSTEMD": "true",
        }
