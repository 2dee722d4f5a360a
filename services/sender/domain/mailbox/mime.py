"""A message as the few parts that matter, read in one pass with bounded time and memory (RFC 2045, 2046).

``email.parser`` builds a tree of all there is; a message of 50 MB or of 10 000 parts is someone else's
choice, so this reads lines, keeps the beginnings of parts that are text or reports, and forgets the rest.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from services.sender.domain.mailbox import limits
from services.sender.domain.mailbox.decoding import characters, transferred, without_tags, words

_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]{0,10}:[ \t]*(.*)$", re.DOTALL)
_PARAMETER = re.compile(r';\s{0,20}([\w*-]{1,40})\s{0,20}=\s{0,20}("(?:[^"\\]|\\.){0,500}"|[^;\s"]{0,500})')
_HEADERS_AS_BODY = ("text/rfc822-headers", "message/global-headers", "message/rfc822-headers")
_MESSAGES = ("message/rfc822", "message/global", *_HEADERS_AS_BODY)


@dataclass(frozen=True, slots=True)
class Field:
    """A header field, unfolded; ``line`` is its first line in the message."""

    name: str
    value: str
    line: int


@dataclass
class Part:
    """A part, or the head of a message that is a part. ``number`` as in IMAP; ``0`` is the message itself.

    ``returned``: it belongs to a message within the message.
    """

    number: str
    returned: bool
    fields: list[Field] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    line: int = 0
    kind: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)

    def first(self, name: str) -> Field | None:
        """Return the first field of a name, None if there is none."""
        return next((each for each in self.fields if each.name == name), None)

    def all(self, name: str) -> list[Field]:
        return [each for each in self.fields if each.name == name]

    def value(self, name: str) -> str:
        """Return the value of a field, empty if there is none."""
        found = self.first(name)
        return found.value if found else ""

    @property
    def encoding(self) -> str:
        return self.value("content-transfer-encoding").strip().lower()

    @property
    def text(self) -> str:
        """The body as text, of HTML what a reader sees."""
        text = characters(transferred(bytes(self.body), self.encoding), self.parameters.get("charset", ""))
        return without_tags(text) if self.kind == "text/html" else text

    def line_of(self, index: int) -> int:
        """Return the line in the message of a line of ``text``, counted from 0."""
        plain = self.encoding not in {"base64", "quoted-printable"} and self.kind != "text/html"
        return self.line + index if plain else self.line


@dataclass(frozen=True)
class Message:
    """What was read. ``cut`` says what was not, empty if all was."""

    parts: list[Part]
    cut: str = ""

    @property
    def head(self) -> Part:
        return self.parts[0]

    def own(self, *kinds: str) -> Iterator[Part]:
        """Yield the parts of the message itself, not of messages within it."""
        return (part for part in self.parts if not part.returned and part.kind in kinds)

    @property
    def returned(self) -> Part | None:
        """The head of the first message within the message."""
        return next((part for part in self.parts if part.returned and part.fields), None)


def read(stream: BinaryIO) -> Message:
    """Read a message. Never raises for what stands in it."""
    return _Reader(stream).read()


def content_type(value: str) -> tuple[str, dict[str, str]]:
    """Return the type of a Content-Type field in lower case, and its parameters (RFC 2045 §5.1)."""
    kind = value.partition(";")[0].strip().lower()
    parameters: dict[str, str] = {}
    for name, given in _PARAMETER.findall(value):
        text = given[1:-1].replace('\\"', '"') if given.startswith('"') else given
        parameters.setdefault(name.lower().rstrip("*"), text)
    return kind, parameters


@dataclass
class _Frame:
    boundary: bytes
    number: str
    digest: bool
    children: int = 0


class _Reader:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._frames: list[_Frame] = []
        self._part: Part | None = None
        self._in_head = False
        self._pending: bytearray | None = None
        self._pending_line = 0
        self._parts: list[Part] = []
        self._kept = 0
        self._line = 0
        self._returned_from: list[int] = []
        """How many frames were open when a message within began."""

    def read(self) -> Message:
        self._begin("0")
        octets = 0
        cut = ""
        whole = True
        while line := self._stream.readline(limits.LINE_OCTETS):
            octets += len(line)
            self._line += whole
            if cut := self._reason_to_stop(octets):
                break
            if not (whole and self._is_delimiter(line)):
                self._take(line, first=whole)
            whole = line.endswith(b"\n")
        self._end_head()
        return Message(self._parts, cut)

    def _reason_to_stop(self, octets: int) -> str:
        if octets > limits.OCTETS:
            return f"only the first {limits.OCTETS} octets were read"
        if self._line > limits.LINES:
            return f"only the first {limits.LINES} lines were read"
        if len(self._parts) > limits.PARTS:
            return f"only the first {limits.PARTS} parts were read"
        return ""

    def _begin(self, number: str) -> None:
        returned = bool(self._returned_from)
        self._part = Part(number, returned)
        self._parts.append(self._part)
        self._in_head = True

    def _is_delimiter(self, line: bytes) -> bool:
        """Whether the line ends a part; the innermost boundary that fits is meant (RFC 2046 §5.1.2)."""
        if not (line.startswith(b"--") and self._frames):
            return False
        mark = line[2:].rstrip()
        for depth in range(len(self._frames) - 1, -1, -1):
            frame = self._frames[depth]
            if mark == frame.boundary:
                self._leave(depth)
                frame.children += 1
                self._begin(
                    f"{frame.number.removesuffix('0').removesuffix('.')}.{frame.children}".lstrip(".")
                )
                if frame.digest and self._part:
                    self._part.kind = "message/rfc822"
                return True
            if mark == frame.boundary + b"--":
                self._leave(depth)
                del self._frames[depth:]
                return True
        return False

    def _leave(self, depth: int) -> None:
        """End the part that is open in a frame, with all that is open within it."""
        self._end_head()
        del self._frames[depth + 1 :]
        while self._returned_from and self._returned_from[-1] > depth:
            self._returned_from.pop()
        self._part, self._in_head = None, False

    def _take(self, line: bytes, *, first: bool) -> None:
        if self._in_head:
            self._take_head(line, first=first)
        elif self._part is not None:
            room = min(limits.BODY_OCTETS - len(self._part.body), limits.KEPT_OCTETS - self._kept)
            if room > 0:
                self._part.body += line[:room]
                self._kept += min(len(line), room)

    def _take_head(self, line: bytes, *, first: bool) -> None:
        if not first or (line[:1] in b" \t" and line.strip()):
            if self._pending is not None and len(self._pending) < limits.FIELD_OCTETS:
                self._pending += line[: limits.FIELD_OCTETS]
            return
        self._store()
        if _FIELD.match(line):
            self._pending, self._pending_line = bytearray(line[: limits.FIELD_OCTETS]), self._line
        elif line.strip():
            if not (self._line == 1 and line.startswith((b"From ", b">From "))):
                self._end_head()  # the empty line is missing
                self._take(line, first=True)
        else:
            self._end_head()

    def _store(self) -> None:
        pending, self._pending = self._pending, None
        part = self._part
        if pending is None or part is None or len(part.fields) >= limits.FIELDS:
            return
        if self._kept + len(pending) > limits.KEPT_OCTETS:
            return
        self._kept += len(pending)
        if found := _FIELD.match(bytes(pending)):
            name = found[1].decode("ascii").lower()
            text = characters(found[2])
            value = text.replace("\r", "").replace("\n", "") if name == "content-type" else words(text)
            part.fields.append(Field(name, value, self._pending_line))

    def _end_head(self) -> None:
        """The head of a part is complete: what follows depends on its type."""
        if not self._in_head or self._part is None:
            return
        self._store()
        self._in_head = False
        part = self._part
        if part.first("content-type"):
            part.kind, part.parameters = content_type(part.value("content-type"))
        part.line = self._line + 1
        boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
        deep = len(self._frames) + len(self._returned_from) >= limits.DEPTH
        if part.kind.startswith("multipart/") and boundary and not deep:
            self._frames.append(_Frame(boundary, part.number, part.kind == "multipart/digest"))
            self._part = None
        elif part.kind in _MESSAGES and part.number != "0" and not deep:
            self._returned_from.append(len(self._frames))
            self._begin(f"{part.number}.0")
        elif not part.kind.startswith(("text/", "message/")):
            self._part = None
