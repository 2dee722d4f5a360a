"""What every private RabbitMQ offers, and how to see that one is ready."""

import secrets
import socket
from pathlib import Path
from typing import Protocol

from deploy.local.ports import LOOPBACK

USER = "onsdag"
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"


class PrivateBroker(Protocol):
    """A RabbitMQ of our own. It keeps its ports, its password and its data over stop and start."""

    @property
    def amqp_url(self) -> str: ...

    @property
    def management_url(self) -> str | None:
        """The HTTP API with user and password, or None if it was not asked for."""

    def start(self) -> None:
        """Start it and wait until it answers. Raises LocalServerError."""

    def stop(self) -> None:
        """Stop it in its own way; the data stays for the next start."""

    def kill(self) -> None:
        """Kill it as a crash would; the data stays for the next start."""

    def restart(self) -> None: ...

    def remove(self) -> None:
        """End it and delete its data."""


class Addresses:
    """Ports and password of a private broker, and its URLs."""

    def __init__(self, *, management: bool) -> None:
        self.password = secrets.token_hex(24)
        self.management = management
        self.amqp_port = 0
        self.management_port = 0

    @property
    def amqp_url(self) -> str:
        return f"amqp://{USER}:{self.password}@{LOOPBACK}:{self.amqp_port}/"

    @property
    def management_url(self) -> str | None:
        return f"http://{USER}:{self.password}@{LOOPBACK}:{self.management_port}" if self.management else None

    def answer(self) -> bool:
        """Whether the broker greets (AMQP 0-9-1, 4.2.2: Connection.Start); listeners open last."""
        try:
            with socket.create_connection((LOOPBACK, self.amqp_port), timeout=5) as connection:
                connection.sendall(PROTOCOL_HEADER)
                return connection.recv(1) == b"\x01"
        except OSError:
            return False


def private_folder(folder: Path) -> Path:
    """Make ``folder`` if need be, for nobody else to look into."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder
