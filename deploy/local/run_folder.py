"""The folder of one run under ``.onsdag``: its own name, and known to be in use as long as it is."""

import fcntl
import os
import secrets
import shutil
from pathlib import Path


class RunFolder:
    """A new folder, locked by this process and by the wardens of its servers.

    The lock is on the folder itself and passes to every process that inherits ``lock``: a folder nobody has
    locked is what a run that could not even end left behind, and the next run takes it away.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        _take_away_abandoned(root)
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        unlocked = root / f"new-{name}"
        unlocked.mkdir()
        # Servers that run as another account pass through; each has a folder of its own in here.
        for folder in (root, unlocked):
            folder.chmod(folder.stat().st_mode | 0o755)
        self.lock = os.open(unlocked, os.O_RDONLY)
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.path = unlocked.rename(root / f"run-{name}")

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.lock)


def _take_away_abandoned(root: Path) -> None:
    for folder in root.glob("run-*"):
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)
