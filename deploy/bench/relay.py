"""A relay that takes everything and keeps nothing: Debian's smtp-sink, else the project's own sink."""

import os
import shutil
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.mail import PrivateSink
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.process import GuardedServer
from deploy.local.warden import Spec

SMTP_SINK = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/sbin:/bin")
BACKLOG = 1000


@contextmanager
def relay(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the relay's URL and what it is."""
    if SMTP_SINK is None:
        sink = PrivateSink(folder / "sink")
        sink.start()
        try:
            yield sink.url, "the project's sink"
        finally:
            sink.remove()
        return
    folder.mkdir(parents=True, exist_ok=True)
    port = free_ports(1)[0]
    account = ["-u", "nobody"] if os.geteuid() == 0 else []
    server = GuardedServer(
        "smtp-sink",
        Spec(
            command=[SMTP_SINK, *account, f"{LOOPBACK}:{port}", str(BACKLOG)],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            log=str(folder / "smtp-sink.log"),
            remove=[],
        ),
    )
    try:
        server.wait_until(lambda: _greets(port), seconds=10)
        yield f"smtp://{LOOPBACK}:{port}?starttls=never", "smtp-sink"
    finally:
        server.stop()


def _greets(port: int) -> bool:
    try:
        with smtplib.SMTP(LOOPBACK, port, timeout=5):
            return True
    except (OSError, smtplib.SMTPException):
        return False
