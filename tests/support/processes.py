"""Which processes a test has left."""

from pathlib import Path


def processes_with(mark: str) -> list[int]:
    """Return the processes in whose environment a mark stands."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if mark.encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
    return found
