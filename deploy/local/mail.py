"""The mail sink as a private server of this run."""

import os
import shutil
import smtplib
import sys
from pathlib import Path

from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.process import GuardedServer, LocalServerError
from deploy.local.warden import Spec

CHECKOUT = Path(__file__).resolve().parents[2]
START_SECONDS = 30.0
ATTEMPTS = 5


class PrivateSink:
    """One sink that keeps its messages in ``folder`` (see ``deploy.local.sink``)."""

    def __init__(self, folder: Path, *, keep_open: int | None = None) -> None:
        self.folder = folder
        self._keep_open = keep_open
        self._server: GuardedServer | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start it and wait until it greets. Raises LocalServerError."""
        first = not self.port
        for attempt in range(1, ATTEMPTS + 1):
            self.port = free_ports(1)[0] if first else self.port
            try:
                self._start_on_port()
                break
            except LocalServerError as error:
                if "address already in use" not in str(error) or attempt == ATTEMPTS:
                    raise

    def stop(self) -> None:
        """Stop it; the messages stay."""
        if self._server is not None:
            self._server.stop()

    def remove(self) -> None:
        """Stop it and delete its messages."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_on_port(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        arguments = ["--folder", str(self.folder), "--port", str(self.port)]
        self._server = GuardedServer(
            "The mail sink",
            Spec(
                command=[sys.executable, "-m", "deploy.local.sink", *arguments],
                env={"PATH": os.defpath, "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"},
                log=str(self.folder / "sink.log"),
                remove=[str(self.folder)],
            ),
            keep_open=self._keep_open,
        )
        self._server.wait_until(self._greets, seconds=START_SECONDS)

    def _greets(self) -> bool:
        try:
            with smtplib.SMTP(LOOPBACK, self.port, timeout=5):
                return True
        except (OSError, smtplib.SMTPException):
            return False
