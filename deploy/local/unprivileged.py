"""PostgreSQL refuses to run as root: which account it runs as instead, and what that account can reach."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """Whom a server runs as: ``None`` is whoever we are."""

    user: int | None = None
    group: int | None = None

    def owns(self, path: Path) -> None:
        """Make ``path`` this account's own, and nobody else's to look into."""
        path.chmod(0o700)
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)

    def reaches(self, path: Path) -> bool:
        """Whether this account can read ``path``, through every folder on the way."""
        return self.run(["test", "-r", str(path)]).returncode == 0

    def run(
        self, command: list[str], *, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a short command to its end as this account."""
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env=env,
            cwd="/",
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
            check=False,
        )


def server_account() -> Account:
    """Return the account servers run as: ours, or ``nobody`` when we are root."""
    if os.geteuid() != 0:
        return Account()
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account(NOBODY, NOBODY)
    return Account(entry.pw_uid, entry.pw_gid)
