"""Messages in files: single ones, folders of ``.eml``, Maildir, mbox."""

import io
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from services.sender.domain.mailbox import limits

_MAILDIR = ("new", "cur")
_MBOX = b"From "


@dataclass(frozen=True)
class Stored:
    """A message and where it was found; ``name`` of the second in an mbox ends with ``#2``."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True)
class Unreadable:
    """A file or folder that cannot be read, and why."""

    name: str
    why: str


def messages(paths: Iterable[Path]) -> Iterator[Stored | Unreadable]:
    """Yield the messages of files and folders, each open until the next is asked for."""
    for path in paths:
        for found in _files(path):
            if isinstance(found, Unreadable):
                yield found
            else:
                yield from _messages_of(found)


def _messages_of(file: Path) -> Iterator[Stored | Unreadable]:
    name = _shown(file)
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # opening a pipe would wait for its writer
            yield Unreadable(name, "not a file")
            return
        with file.open("rb") as stream:
            is_mbox = stream.read(len(_MBOX)) == _MBOX
            stream.seek(0)
            yield from _of_mbox(name, stream) if is_mbox else (Stored(name, stream),)
    except OSError as problem:
        yield Unreadable(name, problem.strerror or type(problem).__name__)


def _files(path: Path) -> Iterator[Path | Unreadable]:
    if not path.is_dir():
        yield path
        return
    unreadable: list[Unreadable] = []

    def note(problem: OSError) -> None:
        unreadable.append(Unreadable(_shown(Path(problem.filename)), problem.strerror or "unreadable"))

    walked = os.walk(path, onerror=note)
    every = [Path(folder, name) for folder, _, names in walked for name in names if name[0] != "."]
    mails = [each for each in every if _is_message(each)]
    yield from sorted(mails or [each for each in every if each.parent == path])
    yield from unreadable


def _is_message(file: Path) -> bool:
    return file.suffix.lower() == ".eml" or file.parent.name in _MAILDIR


def _shown(file: Path) -> str:
    """Return a name that can be printed: octets that are no UTF-8 as escapes."""
    return str(file).encode("utf-8", "backslashreplace").decode()


def _of_mbox(name: str, stream: BinaryIO) -> Iterator[Stored]:
    """Yield the messages of an mbox (RFC 4155): each begins after an empty line with ``From ``."""
    number = 0
    current: io.BytesIO | None = None
    after_empty = True
    while line := stream.readline(limits.LINE_OCTETS):
        if after_empty and line.startswith(_MBOX):
            if current is not None:
                yield _nth(name, number, current)
            number, current = number + 1, io.BytesIO()
        elif current is not None and current.tell() < limits.OCTETS:
            current.write(line)
        after_empty = line in {b"\n", b"\r\n"}
    if current is not None:
        yield _nth(name, number, current)


def _nth(name: str, number: int, message: io.BytesIO) -> Stored:
    message.seek(0)
    return Stored(name if number == 1 else f"{name}#{number}", message)
