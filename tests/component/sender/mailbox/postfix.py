"""A Postfix of a test's own, from Debian's package: it takes mail on loopback and pushes it by LMTP."""

import os
import pwd
import shutil
import smtplib
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.process import GuardedServer, LocalServerError
from deploy.local.warden import Spec

PROGRAM = Path("/usr/sbin/postfix")
DAEMONS = Path("/usr/lib/postfix/sbin")
OWNER = "postfix"
START_SECONDS = 30.0
QUEUES = ("maildrop", "incoming", "active", "deferred")

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
mail_owner = {owner}
inet_interfaces = {loopback}
inet_protocols = ipv4
myhostname = mx.onsdag.example.org
mydestination =
local_recipient_maps =
alias_maps =
relay_domains = onsdag.example.org
relay_transport = error:5.1.1 nobody of that name
default_transport = error:5.4.4 nothing leaves this machine
transport_maps = texthash:{folder}/transport
recipient_delimiter = +
smtpd_relay_restrictions = permit_auth_destination, reject
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
lmtp_host_lookup = native
smtputf8_enable = yes
"""

_MASTER = """
{port} inet n - n - - smtpd
pickup unix n - n - 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""

TRANSPORT = """
info@onsdag.example.org lmtp:inet:{lmtp}
bounce@onsdag.example.org lmtp:inet:{lmtp}
"""
"""As docs/operating.md says."""


@cache
def _installed() -> None:
    """Install it if it is missing. Raises LocalServerError."""
    if not DAEMONS.joinpath("lmtp").exists() and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        wait = ["-o", "DPkg::Lock::Timeout=300"]  # several workers may want it
        install = ["install", "-y", "-qq", "--no-install-recommends", "postfix"]
        for command in (["update", "-qq"], install):
            subprocess.run(["apt-get", *wait, *command], env=environment, capture_output=True, check=False)
    if not DAEMONS.joinpath("lmtp").exists():
        raise LocalServerError("Postfix is missing: install Debian's package postfix.")
    if os.geteuid() != 0:
        raise LocalServerError("Postfix can only be started by root, who gives its parts fewer rights.")


class PrivatePostfix:
    """One server with a queue of its own, that pushes what is for the shared address to ``lmtp``."""

    def __init__(self, lmtp: str) -> None:
        _installed()
        self._lmtp = lmtp
        self._folder = Path(tempfile.mkdtemp(prefix="onsdag-mx-"))
        self._server: GuardedServer | None = None
        self.port = free_ports(1)[0]

    def start(self) -> None:
        """Start it and wait until it greets. Raises LocalServerError."""
        self._write()
        self._run("check")
        self._server = GuardedServer(
            "Postfix",
            Spec(
                command=[str(DAEMONS / "master"), "-c", str(self._folder), "-d"],
                env={"PATH": f"{os.defpath}:/usr/sbin"},
                log=str(self._folder / "start.log"),
                remove=[str(self._folder)],
            ),
        )
        self._server.wait_until(self._greets, seconds=START_SECONDS)

    def remove(self) -> None:
        """Stop it and delete its queue."""
        if self._server is not None:
            self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def send(self, message: bytes, to: str, sender: str = "") -> None:
        """Give it a message, as a server outside does."""
        with smtplib.SMTP(LOOPBACK, self.port, timeout=20) as client:
            client.sendmail(sender, [to], message)

    def queued(self, *names: str) -> int:
        """Return how many messages it still keeps, in these of its queues or in all."""
        folders = (self._folder / "queue" / name for name in names or QUEUES)
        return sum(1 for folder in folders for each in folder.rglob("*") if each.is_file())

    def flush(self) -> None:
        """Let it try again at once what it keeps for later."""
        self._run("flush")

    def log(self) -> str:
        return (self._folder / "postfix.log").read_text()

    def _write(self) -> None:
        given = {"folder": self._folder, "owner": OWNER, "loopback": LOOPBACK}
        (self._folder / "main.cf").write_text(_MAIN.format(**given))
        (self._folder / "master.cf").write_text(_MASTER.format(port=f"{LOOPBACK}:{self.port}"))
        (self._folder / "transport").write_text(TRANSPORT.format(lmtp=self._lmtp))
        self._folder.chmod(0o755)
        for name in ("queue", "data"):
            (self._folder / name).mkdir()
        account = pwd.getpwnam(OWNER)
        os.chown(self._folder / "data", account.pw_uid, account.pw_gid)

    def _run(self, command: str) -> None:
        done = subprocess.run(
            [str(PROGRAM), "-c", str(self._folder), command], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise LocalServerError(f"postfix {command} failed: {done.stderr.strip()}")

    def _greets(self) -> bool:
        try:
            with smtplib.SMTP(LOOPBACK, self.port, timeout=5):
                return True
        except (OSError, smtplib.SMTPException):
            return False
