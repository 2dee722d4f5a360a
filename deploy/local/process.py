"""The parent's side of a private server: start it under a warden, wait for it, end it."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from deploy.local.warden import Spec

WARDEN = Path(__file__).with_name("warden.py")


class LocalServerError(Exception):
    """A private server cannot be had; the message is one sentence for the person at the keyboard."""


class GuardedServer:
    """One server process that cannot outlive this one, not even when this one is killed."""

    def __init__(self, name: str, spec: Spec, *, keep_open: int | None = None) -> None:
        """Start it at once. ``keep_open`` is a file descriptor the warden holds while it lives."""
        self.name = name
        self.spec = spec
        self._warden = subprocess.Popen(
            [sys.executable, "-I", "-S", str(WARDEN), spec.log],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            pass_fds=() if keep_open is None else (keep_open,),
        )
        self._write(json.dumps(asdict(spec)).encode() + b"\n")
        assert self._warden.stdout is not None
        answer = json.loads(self._warden.stdout.readline() or '{"error": "its warden did not start"}')
        if "pid" not in answer:
            self._close()
            raise LocalServerError(f"{name} did not start: {answer['error']}")
        self.pid: int = answer["pid"]

    def running(self) -> bool:
        return self._warden.poll() is None

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Poll ``ready``; raise LocalServerError with the end of the log when it never comes."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running() or time.monotonic() > deadline:
                reason = "ended" if not self.running() else f"was not ready after {seconds:.0f} s"
                self.kill()
                raise LocalServerError(f"{self.name} {reason}. The end of its log:\n{self.log_end()}")
            time.sleep(0.02)

    def log_end(self, lines: int = 15) -> str:
        try:
            return "\n".join(Path(self.spec.log).read_text(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return "(empty)"

    def stop(self) -> None:
        """Let the server end in its own way; whatever is left after its grace is killed."""
        self._order(b"stop\n")

    def kill(self) -> None:
        """End the server at once, as a power cut would."""
        self._order(b"kill\n")

    def _order(self, word: bytes) -> None:
        if self.running():
            self._write(word)
        self._close()

    def _write(self, line: bytes) -> None:
        assert self._warden.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # a warden that has ended says why by its answer
            os.write(self._warden.stdin.fileno(), line)

    def _close(self) -> None:
        # The pipe stays open until the warden is done: closing it would say that the parent is gone.
        self._warden.wait()
        for pipe in (self._warden.stdin, self._warden.stdout):
            assert pipe is not None
            pipe.close()
