"""What a run has started in a Docker engine is taken away, however the run ends."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.process import GuardedServer
from deploy.local.warden import Spec


@contextmanager
def taken_away(command: list[str]) -> Iterator[None]:
    """Run a command when the block has ended, even if this process is killed meanwhile."""
    with tempfile.TemporaryDirectory(prefix="onsdag-test-") as folder:
        spec = Spec(
            command=["sleep", "infinity"],
            env=dict(os.environ),
            log=str(Path(folder) / "log"),
            orphaned=[command],
            remove=[folder],
        )
        guard = GuardedServer("the guard of what Docker runs", spec)
        try:
            yield
        finally:
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
            guard.stop()
