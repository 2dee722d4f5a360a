"""What encoding a text file has, found by reading it once from end to end."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from deploy.importing.failures import UnreadableFile

UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

_UTF8_IN_ANSI = re.compile(rb"\xc3[\x84\x85\x89\x96\xa4\xa5\xa6\xa9\xb6\xb8]")
"""ÄÅÉÖäåæéöø in UTF-8. In Windows-1252 each would be Ã and a sign after it, which is nobody's name."""

ANSI = "cp1252"


@dataclass(frozen=True)
class Encoding:
    """What is known of a text file. ``lines`` counts line feeds: how far reading has come is shown by it."""

    name: str
    lines: int
    digest: str


def detect(path: Path) -> Encoding:
    """Return the encoding of a text file: by its mark, else UTF-8 if all of it is that, else Windows-1252.

    Raises UnreadableFile, with the line, for a byte that is no character there.
    """
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        if start.startswith(UTF16_MARKS):
            return _utf16(path)
        return _by_line(file, marked=start.startswith(UTF8_MARK))


def _utf16(path: Path) -> Encoding:
    number = 0
    try:
        with path.open(encoding="utf-16", newline="") as text:
            for number, line in enumerate(text, 1):
                _no_nul("\0" in line, number)
    except UnicodeError as error:
        raise UnreadableFile(f"after line {number} the file is not UTF-16: {error}") from error
    with path.open("rb") as file:
        return Encoding("utf-16", number, hashlib.file_digest(file, "sha256").hexdigest())


def _by_line(file: BinaryIO, *, marked: bool) -> Encoding:
    digest = hashlib.sha256()
    number = not_utf8 = not_ansi = mixed = 0
    for number, line in enumerate(file, 1):
        digest.update(line)
        _no_nul(b"\0" in line, number)
        if line.isascii():
            continue
        not_utf8 = not_utf8 or number * (not _is(line, "utf-8"))
        not_ansi = not_ansi or number * (not _is(line, ANSI))
        mixed = mixed or number * bool(_UTF8_IN_ANSI.search(line))
    if not not_utf8:
        return Encoding("utf-8-sig" if marked else "utf-8", number, digest.hexdigest())
    if marked:
        raise UnreadableFile(f"line {not_utf8} is not UTF-8, which the file's mark says that it is")
    if not_ansi or mixed:
        raise UnreadableFile(
            f"line {not_utf8} has a character that is not UTF-8, and line {not_ansi or mixed} one that is "
            "not Windows-1252: save the file again, in one encoding"
        )
    return Encoding(ANSI, number, digest.hexdigest())


def _is(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _no_nul(found: bool, number: int) -> None:
    if found:
        raise UnreadableFile(
            f"line {number} has a NUL character: the file is damaged, not text, or UTF-16 without its mark"
        )
