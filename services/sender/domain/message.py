"""A message with a text and an HTML part (RFC 2046 §5.1.4), as bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.sender.domain.template import Piece, pieces, splice

BOUNDARY = b"=_onsdag"
"""Cannot stand in a part: quoted-printable writes ``=`` only before two hexadecimal digits or a line end."""

_PART = b"Content-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
_TEXT_PART = b"--" + BOUNDARY + b"\r\n" + _PART % b"plain"
_HTML_PART = b"\r\n--" + BOUNDARY + b"\r\n" + _PART % b"html"
_END = b"\r\n--" + BOUNDARY + b"--\r\n"
_START = (
    b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="'
    + BOUNDARY
    + b'"\r\n\r\n'
    + _TEXT_PART
)
CONTENT = "content"
"""The slot of a frame that its sections go into."""


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """What mails with the same sections share. ``head``: header fields."""

    head: bytes
    text: tuple[Piece, ...]
    html: tuple[Piece, ...]

    @property
    def size(self) -> int:
        """Bytes of all that is not spliced in."""
        return len(self.head) + size_of(self.text) + size_of(self.html)

    def write(self, fields: bytes, values: Mapping[str, bytes]) -> bytes:
        """Return a message: its own header fields, and the values of the slots."""
        text, html = splice(self.text, values), splice(self.html, values)
        return b"".join([fields, self.head, _START, *text, _HTML_PART, *html, _END])


def message(fields: bytes, text: bytes, html: bytes) -> bytes:
    """Return a message of encoded parts; without HTML if that is empty."""
    if not html:
        return b"".join([fields, b"MIME-Version: 1.0\r\n", _PART % b"plain", text])
    return b"".join([fields, _START, text, _HTML_PART, html, _END])


def size_of(parts: Sequence[Piece]) -> int:
    """Return how many bytes stand between slots."""
    return sum(len(piece.text) for piece in parts)


def filled(frame: str, contents: Sequence[tuple[Piece, ...]]) -> tuple[Piece, ...]:
    """Put the pieces of the sections where the frame has its ``content``."""
    around = pieces(frame)
    at = next(index for index, piece in enumerate(around) if piece.slot == CONTENT)
    inside = [piece for content in contents for piece in content]
    return (*around[:at], Piece(around[at].text, ""), *inside, *around[at + 1 :])
