"""The effects of a process, named as they come, and its death between two of them.

An effect is a statement that changes a row, the commit of one, or an acknowledgement. Nobody lists them: a
new one is a new point to be killed at. What changes nothing, though it could, is none, so "just before an
effect" is every place between two of them.
"""

import os
import re
import signal
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

WORK: ContextVar[str] = ContextVar("WORK", default="")
"""The job or the handler that is at work."""

_WRITES = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM|ANALYZE)\s+(?!SET\b|SKIP\b)([a-z_]+)")
_WROTE = "onsdag-test-wrote"


class Point(NamedTuple):
    """Just before an effect: the ``occurrence``th of this name after ``commits`` commits of a step."""

    commits: int
    name: str
    occurrence: int

    def __str__(self) -> str:
        again = f" ({self.occurrence})" if self.occurrence > 1 else ""
        return f"{self.name}{again}, after {self.commits} commits"


def writes(statement: str) -> str:
    """Say what a statement writes: "insert exclusion, insert planned_mail". Empty if it only reads."""
    found = [f"{verb.split()[0].lower()} {table}" for verb, table in _WRITES.findall(statement)]
    return ", ".join(dict.fromkeys(found))


@dataclass
class Effects:
    """Tells each effect on a pipe before it happens; dies of SIGKILL before the one it is to die at.

    ``commits`` were done by processes before this one: what they committed is behind us for good.
    """

    pipe: int
    dies_at: Point | None
    commits: int
    _seen: Counter[str] = field(default_factory=Counter)

    def install(self) -> None:
        """Watch every connection of this process."""
        event.listen(Engine, "before_cursor_execute", self._before_statement)
        event.listen(Engine, "after_cursor_execute", self._after_statement)
        event.listen(Engine, "commit", self._before_commit)

    def comes(self, name: str) -> None:
        """An effect is about to happen."""
        name = f"{WORK.get()}: {name}"
        self._seen[name] += 1
        point = Point(self.commits, name, self._seen[name])
        self.tell("before", *map(str, point))
        wanted = self.dies_at
        if wanted and name == wanted.name and self.commits >= wanted.commits and point[2] >= wanted[2]:
            os.kill(os.getpid(), signal.SIGKILL)

    def tell(self, *words: str) -> None:
        """Write one line; a pipe takes it whole or, when we are dead, not at all."""
        os.write(self.pipe, ("\t".join(words) + "\n").encode())

    def _before_statement(self, _conn: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if name := writes(statement):
            self.comes(name)

    def _after_statement(self, conn: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if not writes(statement):
            return
        if cursor.rowcount == 0:
            self.tell("changed nothing")
        else:
            conn.info[_WROTE] = True

    def _before_commit(self, conn: Connection) -> None:
        if conn.info.pop(_WROTE, False):
            self.comes("commit")
            self.commits += 1
            self._seen.clear()
