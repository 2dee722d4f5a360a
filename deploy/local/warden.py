"""Runs one server for a parent, and ends it with everything it started when the parent says so or is gone.

Run as a script, with the standard library only, in a session of its own: Ctrl-C in a terminal reaches the
parent, never the servers. Standard input is a pipe that only the parent holds. Its first line is the
``Spec`` as JSON (not an argument, which everybody on the machine could read); then the line ``stop`` asks
the server to end, ``kill`` ends it at once, and end-of-file means that the parent is gone, however it died.
"""

import contextlib
import ctypes
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One server: how to start it, how to end it, and what to take away when nobody is left to do so."""

    command: list[str]
    env: dict[str, str]
    log: str
    user: int | None = None
    group: int | None = None
    stop_signal: int = signal.SIGTERM
    grace: float = 10.0  # seconds from the stop signal to SIGKILL
    after: list[list[str]] = field(default_factory=list)  # run whenever the server has ended
    orphaned: list[list[str]] = field(default_factory=list)  # run only when the parent is gone
    remove: list[str] = field(default_factory=list)  # folders deleted only when the parent is gone


def prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def children_of(parent: int) -> Iterator[int]:
    """Yield every process below ``parent``, whatever session or group it has moved to."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            below.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry.name))
    waiting = [parent]
    while waiting:
        found = below.get(waiting.pop(), [])
        waiting.extend(found)
        yield from found


def start(spec: Spec) -> subprocess.Popen[bytes]:
    with Path(spec.log).open("ab") as log:
        return subprocess.Popen(
            spec.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=spec.env,
            cwd="/",
            user=spec.user,
            group=spec.group,
            extra_groups=None if spec.user is None else [],
            preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL),  # noqa: PLW1509  one thread only
        )


def orders(server: subprocess.Popen[bytes]) -> str:
    """Wait for the parent or the server: ``stop``, ``kill``, ``orphaned`` or ``ended``."""
    wake, wakened = os.pipe()
    os.set_blocking(wakened, False)
    signal.set_wakeup_fd(wakened)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        selector.register(wake, selectors.EVENT_READ)
        while server.poll() is None:
            for key, _ in selector.select():
                line = os.read(key.fd, 4096)
                if key.fd == 0:
                    return line.decode().split()[-1] if line.strip() else "orphaned"
    return "ended"


def end(server: subprocess.Popen[bytes], spec: Spec, order: str) -> None:
    """End the server, politely unless told otherwise, and then whatever it left behind."""
    if server.poll() is None and order != "kill":
        server.send_signal(spec.stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(spec.grace)
    while remaining := list(children_of(os.getpid())):
        for pid in remaining:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.01)


def take_away(spec: Spec, order: str) -> None:
    for command in spec.after + (spec.orphaned if order == "orphaned" else []):
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if order == "orphaned":
        for folder in map(Path, spec.remove):
            shutil.rmtree(folder, ignore_errors=True)
            try:
                folder.parent.rmdir()  # the run's folder, once its last server is gone
            except OSError:
                continue


def main() -> int:
    with open(0, "rb", buffering=0, closefd=False) as parent:  # not a byte beyond the first line
        spec = Spec(**json.loads(parent.readline()))
    for harmless in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(harmless, lambda *_: None)  # not SIG_IGN, which the server would inherit
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        server = start(spec)
    except OSError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 1
    print(json.dumps({"pid": server.pid}), flush=True)
    order = orders(server)
    end(server, spec, order)
    take_away(spec, order)
    return 0


if __name__ == "__main__":
    sys.exit(main())
