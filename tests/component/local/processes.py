"""Which processes belong to a run, seen from outside."""

import os
from pathlib import Path


def processes_that_mention(text: str) -> dict[int, str]:
    """Return every process with ``text`` in its command line or its environment, but this one."""
    found: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in command + environment:
            found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace").strip()
    return found
