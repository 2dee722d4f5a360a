"""The clock. It can be set, so that a Wednesday can be played on a Sunday."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time on which deadlines depend. Leases and retries use the database's clock instead."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)


class FileClock:
    """A clock shared by processes: a file says which moment it was set to, and time runs on from there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp = 0
        self._offset = datetime.now(UTC) - datetime.now(UTC)

    def now(self) -> datetime:
        stamp = self.path.stat().st_mtime_ns
        if stamp != self._stamp:
            setting = json.loads(self.path.read_text(encoding="utf-8"))
            self._offset = datetime.fromisoformat(setting["virtual"]) - datetime.fromisoformat(
                setting["real"]
            )
            self._stamp = stamp
        return datetime.now(UTC) + self._offset

    def set(self, at: datetime) -> None:
        """Set the clock of every process that reads this file."""
        text = json.dumps({"real": datetime.now(UTC).isoformat(), "virtual": at.astimezone(UTC).isoformat()})
        fresh = self.path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.path)


def clock_from(setting: str) -> Clock:
    """Return the clock that a setting names: ``system`` or ``file:PATH``."""
    if setting == "system":
        return SystemClock()
    kind, _, path = setting.partition(":")
    if kind != "file" or not path:
        raise ValueError(f"ONSDAG_CLOCK is {setting!r}; it can be 'system' or 'file:PATH'")
    return FileClock(Path(path))
