"""What sending texts needs of a gateway."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from math import inf
from typing import Protocol
from uuid import UUID

from services.sender.domain.texts.reports import Heard, Report

Hear = Callable[[Heard], Awaitable[None]]
"""Takes what a gateway brings by itself; returns when it is committed."""


class NotHandedOver(Exception):
    """The gateway cannot have the text: it never left, or it was refused before it was read."""


class AnswerLost(Exception):
    """The text left and its answer never came: whether the gateway has it is not known."""


@dataclass(frozen=True)
class OutgoingText:
    """A text to submit. ``valid``: for how long it may ring; ``callback``: where reports go, or empty.

    ``begin_by`` is monotonic: what has not begun to leave by then may be another process's.
    """

    text_id: UUID
    to: str
    words: str
    valid: timedelta
    callback: str
    begin_by: float = inf


@dataclass(frozen=True)
class Accepted:
    """The gateway took it. ``references`` are its names for it, one for each part that it reports on."""

    references: tuple[str, ...]
    reply: str
    cost: Decimal | None = None


@dataclass(frozen=True)
class Later:
    """The gateway wants it later, or is misconfigured; ``after`` is the time it named, if it named one."""

    reply: str
    after: timedelta | None = None


@dataclass(frozen=True)
class Refused:
    """The gateway will not take it."""

    reply: str


Answer = Accepted | Later | Refused


class TextGateway(Protocol):
    """A way to phones. One object serves a process; ``submit`` may be called for several texts at once."""

    async def start(self, hear: Hear) -> None:
        """Get ready; what the gateway brings by itself goes to ``hear``."""
        ...

    async def submit(self, text: OutgoingText) -> Answer:
        """Hand a text over, once. Raises NotHandedOver or AnswerLost."""
        ...

    def read_report(self, said: Mapping[str, str]) -> Report | None:
        """Return what a callback says; None for one that says nothing of a delivery."""
        ...

    async def stop(self) -> None:
        """Let go of what ``start`` took."""
        ...
