"""Everything the sink has accepted, in one file that only grows.

A record is one line of JSON (``from``, ``to``, ``at``, ``size``), then the message of ``size`` bytes exactly
as it was sent (dots unstuffed, RFC 5321 4.5.2), then a line feed. A record cut short by a crash was never
acknowledged and is not read.
"""

import json
import os
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TypedDict

FILE = "messages"


@dataclass(frozen=True)
class Received:
    """One message as the sink got it, with the envelope of its SMTP dialogue."""

    number: int  # from 1, in the order of arrival
    sender: str
    recipients: tuple[str, ...]
    received_at: datetime
    raw: bytes


Head = TypedDict("Head", {"from": str, "to": list[str], "at": str, "size": int})


class Store:
    """The writing end; one process only."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.ftruncate(self._file, sum(length for _, _, length in _records(path)))

    def keep(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Hand one message to the operating system. Raises OSError, and then nothing of it is kept."""
        head: Head = {
            "from": sender,
            "to": recipients,
            "at": datetime.now(UTC).isoformat(),
            "size": len(content),
        }
        record = b"".join((json.dumps(head).encode(), b"\n", content, b"\n"))
        written = os.write(self._file, record)
        if written != len(record):
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise OSError(f"only {written} of {len(record)} bytes could be written")

    def close(self) -> None:
        os.close(self._file)


def read_messages(folder: Path) -> Iterator[Received]:
    """Yield every message kept so far, oldest first, reading each only when it is asked for."""
    path = folder / FILE
    if path.exists():
        with path.open("rb") as file:
            for number, (start, _, _) in enumerate(_records(path), start=1):
                yield _message(file, start, number)


class Follower:
    """A reader that sees each message once, as they arrive."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._end = 0
        self._number = 0

    def fresh(self) -> Iterator[Received]:
        """Yield what has arrived since it was asked last."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            for start, _, length in _records(self._path, self._end):
                self._end, self._number = start + length, self._number + 1
                yield _message(file, start, self._number)


class Mailbox:
    """A reader that finds single messages; it sees what has arrived since each time it is asked."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._starts = array("Q")
        self._recipients: list[str] = []
        self._end = 0

    def __len__(self) -> int:
        """Return how many messages have arrived."""
        self._catch_up()
        return len(self._starts)

    def newest(self, *, address: str = "", limit: int = 50, skip: int = 0) -> list[Received]:
        """Return messages, newest first, to recipients whose address contains ``address``."""
        self._catch_up()
        wanted = address.casefold()
        found: list[int] = []
        for index in range(len(self._starts) - 1, -1, -1):
            if wanted in self._recipients[index]:
                found.append(index + 1)
                if len(found) == skip + limit:
                    break
        return [message for number in found[skip:] if (message := self.get(number))]

    def get(self, number: int) -> Received | None:
        """Return one message by its number, or None."""
        self._catch_up()
        if not 1 <= number <= len(self._starts):
            return None
        with self._path.open("rb") as file:
            return _message(file, self._starts[number - 1], number)

    def _catch_up(self) -> None:
        for start, head, length in _records(self._path, self._end):
            self._starts.append(start)
            self._recipients.append(" ".join(head["to"]).casefold())
            self._end = start + length


def _records(path: Path, start: int = 0) -> Iterator[tuple[int, Head, int]]:
    """Yield where each complete record starts, its head, and its whole length."""
    if not path.exists():
        return
    with path.open("rb") as file:
        end = os.fstat(file.fileno()).st_size
        file.seek(start)
        while (line := file.readline()).endswith(b"\n"):
            head = json.loads(line)
            length = len(line) + head["size"] + 1
            if start + length > end:
                return
            yield start, head, length
            start += length
            file.seek(start)


def _message(file: IO[bytes], start: int, number: int) -> Received:
    file.seek(start)
    head: Head = json.loads(file.readline())
    return Received(
        number=number,
        sender=head["from"],
        recipients=tuple(head["to"]),
        received_at=datetime.fromisoformat(head["at"]),
        raw=file.read(head["size"]),
    )
