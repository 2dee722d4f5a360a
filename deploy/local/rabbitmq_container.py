"""A private RabbitMQ in a Docker container, for machines without an installed ``rabbitmq-server``."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from deploy.local.broker import USER, Addresses, private_folder
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.process import GuardedServer, LocalServerError
from deploy.local.warden import Spec

DEFAULT_IMAGE = "rabbitmq:3.13-management"
START_SECONDS = 180.0
ATTEMPTS = 5


def engine_answers() -> bool:
    """Whether there is a Docker engine, not merely its client."""
    if shutil.which("docker") is None:
        return False
    try:
        return _docker("info", "--format", "{{.ServerVersion}}", timeout=15).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _docker(*arguments: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["docker", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )


class RabbitContainer:
    """One container at a time; the data lies in a volume that outlives it until ``remove``."""

    def __init__(
        self,
        folder: Path,
        *,
        image: str = DEFAULT_IMAGE,
        management: bool = False,
        keep_open: int | None = None,
    ) -> None:
        self._folder = folder
        self._image = image
        self._addresses = Addresses(management=management)
        self._keep_open = keep_open
        self._name = f"onsdag-rabbitmq-{secrets.token_hex(6)}"
        self._ports: list[int] = []
        self._server: GuardedServer | None = None

    @property
    def amqp_url(self) -> str:
        return self._addresses.amqp_url

    @property
    def management_url(self) -> str | None:
        return self._addresses.management_url

    def start(self) -> None:
        """Start it and wait until it answers. Raises LocalServerError."""
        first = not self._ports
        if first:
            self._fetch()
        for attempt in range(1, ATTEMPTS + 1):
            if first:
                self._ports = free_ports(2)
            try:
                self._start_on_ports()
                break
            except LocalServerError as error:
                if "already" not in str(error) or attempt == ATTEMPTS:
                    raise

    def stop(self) -> None:
        """Stop it in its own way; the data stays for the next start."""
        if self._server is not None:
            # By rabbitmqctl, because not every image passes SIGTERM on to the node.
            _docker("exec", self._name, "rabbitmqctl", "shutdown")
            self._server.stop()

    def kill(self) -> None:
        """Kill it as a crash would; the data stays for the next start."""
        if self._server is not None:
            _docker("kill", self._name)
            self._server.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def remove(self) -> None:
        """End it and delete its data."""
        self.kill()
        _docker("volume", "rm", "--force", self._name)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _fetch(self) -> None:
        if _docker("image", "inspect", self._image).returncode:
            pulled = _docker("pull", "--quiet", self._image)
            if pulled.returncode:
                raise LocalServerError(
                    f"RabbitMQ is not installed, and Docker cannot get the image {self._image} "
                    f"({pulled.stderr.strip()}): install rabbitmq-server, or name an image in RABBITMQ_IMAGE."
                )

    def _start_on_ports(self) -> None:
        folder = private_folder(self._folder)
        self._addresses.amqp_port, self._addresses.management_port = self._ports
        log = folder / "rabbitmq.log"
        log.unlink(missing_ok=True)
        self._server = GuardedServer(
            "RabbitMQ in Docker",
            Spec(
                command=["docker", "run", *self._options(), self._image],
                env=dict(os.environ) | {"RABBITMQ_DEFAULT_PASS": self._addresses.password},
                log=str(log),
                grace=40.0,
                after=[["docker", "rm", "--force", self._name]],
                orphaned=[["docker", "volume", "rm", "--force", self._name]],
                remove=[str(folder)],
            ),
            keep_open=self._keep_open,
        )
        self._server.wait_until(self._addresses.answer, seconds=START_SECONDS)

    def _options(self) -> list[str]:
        options = {
            "--name": self._name,
            "--hostname": "onsdag",  # the node's name, and so its data's, stays over a restart
            "--volume": f"{self._name}:/var/lib/rabbitmq",
            "--env": f"RABBITMQ_DEFAULT_USER={USER}",
            "--publish": f"{LOOPBACK}:{self._addresses.amqp_port}:5672",
        }
        pairs = [word for pair in options.items() for word in pair]
        pairs += ["--env", "RABBITMQ_DEFAULT_PASS"]  # its value comes from our environment, unseen in ps
        if self._addresses.management:
            pairs += ["--publish", f"{LOOPBACK}:{self._addresses.management_port}:15672"]
        return ["--rm", *pairs]
