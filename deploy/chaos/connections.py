"""Which connections a process has, from /proc."""

import contextlib
from pathlib import Path

_ESTABLISHED = "01"


def open_connections(pid: int, port: int) -> int:
    """Return how many established TCP connections a process has to a port; 0 when it is gone."""
    try:
        table = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
        sockets = _sockets(pid)
    except OSError:
        return 0
    rows = (line.split() for line in table)
    return sum(
        row[3] == _ESTABLISHED and int(row[2].rpartition(":")[2], 16) == port and row[9] in sockets
        for row in rows
    )


def _sockets(pid: int) -> set[str]:
    """Return the inodes of a process's sockets."""
    found = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            kind, _, inode = str(entry.readlink()).partition(":")
            if kind == "socket":
                found.add(inode.strip("[]"))
    return found


def stopped(pid: int) -> bool:
    """Whether a process stands still (SIGSTOP)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except OSError:
        return True
