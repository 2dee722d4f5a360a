"""A Dovecot of a test's own, from Debian's package, on a free port and without rights."""

import imaplib
import os
import shutil
import subprocess
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.process import GuardedServer, LocalServerError
from deploy.local.unprivileged import server_account
from deploy.local.warden import Spec

USER = "info@onsdag.example.org"
PASSWORD = "hemligt/ord"
PROGRAM = "/usr/sbin/dovecot"
IMAP = Path("/usr/lib/dovecot/imap")
START_SECONDS = 30.0

_SETTINGS = """
protocols = imap
listen = {loopback}
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail/%u
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
"""


@cache
def _program() -> str:
    """Return the program; as root it is installed if it is missing. Raises LocalServerError."""
    if not IMAP.exists() and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        wait = ["-o", "DPkg::Lock::Timeout=300"]  # several workers may want it
        install = ["install", "-y", "-qq", "--no-install-recommends", "dovecot-imapd"]
        for command in (["update", "-qq"], install):
            subprocess.run(["apt-get", *wait, *command], env=environment, capture_output=True, check=False)
    if not IMAP.exists():
        raise LocalServerError("Dovecot is missing: install Debian's package dovecot-imapd.")
    return PROGRAM


class PrivateDovecot:
    """One IMAP server with one mailbox. Its folder lies in the temporary one: paths of sockets are short."""

    def __init__(self) -> None:
        self._program = _program()
        self._account = server_account()
        self._folder = Path(tempfile.mkdtemp(prefix="onsdag-imap-"))
        self._server: GuardedServer | None = None
        self.port = free_ports(1)[0]

    def url(self, folder: str = "INBOX") -> str:
        user, password = quote(USER, safe=""), quote(PASSWORD, safe="")
        return f"imap://{user}:{password}@{LOOPBACK}:{self.port}/{quote(folder)}?starttls=never"

    def start(self) -> None:
        """Start it and wait until it signs us in. Raises LocalServerError."""
        uid = os.geteuid() if self._account.user is None else self._account.user
        gid = os.getegid() if self._account.group is None else self._account.group
        given = {"loopback": LOOPBACK, "folder": self._folder, "port": self.port, "password": PASSWORD}
        names = {"user": _name("passwd", uid), "group": _name("group", gid), "uid": uid, "gid": gid}
        settings = self._folder / "dovecot.conf"
        settings.write_text(_SETTINGS.format(**given, **names))
        for path in (settings, self._folder):
            self._account.owns(path)
        self._server = GuardedServer(
            "Dovecot",
            Spec(
                command=[self._program, "-F", "-c", str(settings)],
                env={"PATH": os.defpath},
                log=str(self._folder / "start.log"),
                user=self._account.user,
                group=self._account.group,
                remove=[str(self._folder)],
            ),
        )
        self._server.wait_until(self._signs_in, seconds=START_SECONDS)

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()

    def remove(self) -> None:
        """Stop it and delete its mail."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def client(self) -> imaplib.IMAP4:
        """Return a connection of a person's own, signed in."""
        client = imaplib.IMAP4(LOOPBACK, self.port, timeout=20)
        try:
            client.login(USER, PASSWORD)
        except imaplib.IMAP4.error:
            client.shutdown()
            raise
        return client

    def deliver(self, *messages: bytes, at: datetime | None = None) -> None:
        """Put messages into the inbox. ``at``: when they came, if not now."""
        client = self.client()
        came = imaplib.Time2Internaldate(at) if at else ""
        for message in messages:
            client.append("INBOX", "", came, message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        client.logout()

    def renumber(self) -> None:
        """Give all messages new numbers and a new UIDVALIDITY, as after a restored backup."""
        self.stop()
        for path in (self._folder / "mail" / USER).iterdir():
            if path.name.startswith("dovecot"):
                path.unlink()
        self.start()

    def count(self, folder: str = "INBOX") -> int:
        """Return how many messages are in a folder, 0 if there is none of the name."""
        client = self.client()
        answer, found = client.select(f'"{folder}"', readonly=True)
        client.logout()
        return int(found[0] or b"0") if answer == "OK" else 0

    def flags(self, folder: str = "INBOX") -> bytes:
        client = self.client()
        client.select(f'"{folder}"', readonly=True)
        _, found = client.fetch("1:*", "(FLAGS)")
        client.logout()
        return b" ".join(each for each in found if isinstance(each, bytes))

    def _signs_in(self) -> bool:
        try:
            self.client().logout()
        except (OSError, imaplib.IMAP4.error):
            return False
        return True


def _name(file: str, number: int) -> str:
    """Return the name of an account or group: Dovecot takes no numbers there."""
    for line in Path("/etc", file).read_text().splitlines():
        fields = line.split(":")
        if fields[2] == str(number):
            return fields[0]
    raise LocalServerError(f"Dovecot needs a name for {file} {number}, and /etc/{file} has none.")
