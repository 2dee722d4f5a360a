"""Messages in files: single ones, folders of ``.eml``, Maildir, mbox."""

import io
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


def messages(paths: Iterable[Path]) -> Iterator[Stored]:
    """Yield the messages of files and folders, each open until the next is asked for. Raises OSError."""
    for path in paths:
        for file in _files(path):
            with file.open("rb") as stream:
                if stream.read(len(_MBOX)) == _MBOX:
                    stream.seek(0)
                    yield from _of_mbox(str(file), stream)
                else:
                    stream.seek(0)
                    yield Stored(str(file), stream)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    mails = [each for each in path.rglob("*") if each.is_file() and _is_message(each)]
    yield from sorted(mails or [each for each in path.iterdir() if each.is_file() and each.name[0] != "."])


def _is_message(file: Path) -> bool:
    return file.suffix.lower() == ".eml" or file.parent.name in _MAILDIR


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
