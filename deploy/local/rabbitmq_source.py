"""Where a private RabbitMQ comes from: installed, else Docker, else apt as root, else one clear sentence."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.broker import PrivateBroker
from deploy.local.process import LocalServerError
from deploy.local.rabbitmq import RabbitNode
from deploy.local.rabbitmq_container import DEFAULT_IMAGE, RabbitContainer, engine_answers

# Debian's program on PATH is a wrapper that changes user; RabbitMQ's own script lies here.
DEBIAN_SCRIPT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
POLICY = Path("/usr/sbin/policy-rc.d")
MISSING = (
    "RabbitMQ is missing: install it (on Debian: apt-get install rabbitmq-server), or start a Docker engine, "
    "or set ONSDAG_AMQP_URL to a broker that runs."
)


def installed_script() -> Path | None:
    """Return RabbitMQ's own rabbitmq-server, or None if it is not installed."""
    if DEBIAN_SCRIPT.exists():
        return DEBIAN_SCRIPT
    found = shutil.which("rabbitmq-server")
    return Path(found).resolve() if found else None


@dataclass(frozen=True)
class Machine:
    """What a machine offers to get a broker from."""

    script: Path | None
    engine_answers: Callable[[], bool]
    may_install: bool

    @classmethod
    def here(cls) -> "Machine":
        return cls(
            script=installed_script(),
            engine_answers=engine_answers,
            may_install=os.geteuid() == 0 and shutil.which("apt-get") is not None,
        )


def private_broker(
    folder: Path,
    machine: Machine,
    *,
    settings: Mapping[str, str],
    management: bool = False,
    keep_open: int | None = None,
) -> PrivateBroker:
    """Return a broker not yet started, by the first way that ``machine`` offers. Raises LocalServerError."""
    script = machine.script
    if script is None and machine.engine_answers():
        image = settings.get("RABBITMQ_IMAGE") or DEFAULT_IMAGE
        return RabbitContainer(folder, image=image, management=management, keep_open=keep_open)
    if script is None and machine.may_install:
        script = install_from_debian()
    if script is None:
        raise LocalServerError(MISSING)
    return RabbitNode(script, folder, management=management, keep_open=keep_open)


def install_from_debian() -> Path:
    """Install rabbitmq-server with apt, without its service. Raises LocalServerError."""
    with _alone(), no_services_started():
        script = installed_script()  # by another run, while we waited
        if script is None:
            _apt("update", "-qq")
            _apt("install", "-y", "-qq", "--no-install-recommends", "rabbitmq-server")
            script = installed_script()
            _keep_disabled("rabbitmq-server.service", "epmd.socket", "epmd.service")
    if script is None:
        raise LocalServerError(MISSING)
    return script


@contextmanager
def no_services_started(policy: Path = POLICY) -> Iterator[None]:
    """Keep Debian from starting the services of packages installed meanwhile (policy-rc.d, exit 101)."""
    before = policy.read_bytes() if policy.exists() else None
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        if before is None:
            policy.unlink()
        else:
            policy.write_bytes(before)


@contextmanager
def _alone() -> Iterator[None]:
    """Two runs that both find RabbitMQ missing take turns."""
    folder = os.open(POLICY.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _apt(*arguments: str) -> None:
    ran = subprocess.run(
        ["apt-get", "-o", "DPkg::Lock::Timeout=300", *arguments],
        env=dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise LocalServerError(f"{MISSING} (apt-get {arguments[0]} failed: {ran.stderr.strip()[-300:]})")


def _keep_disabled(*units: str) -> None:
    """The installed service shall not start with the machine either."""
    if shutil.which("systemctl"):
        for unit in units:
            subprocess.run(["systemctl", "disable", unit], capture_output=True, check=False)
