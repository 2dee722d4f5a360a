"""Delivery reports: what a gateway says later of what it took."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.sender.domain.texts.states import Input


class Said(StrEnum):
    """What a report says of one part, from the weakest to the strongest."""

    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"


_STRENGTH = {said: strength for strength, said in enumerate(Said)}


@dataclass(frozen=True)
class Report:
    """``reference`` is the gateway's name for the message; ``text_id`` is ours, where the report knows it."""

    reference: str
    said: Said
    detail: str = ""
    text_id: UUID | None = None


@dataclass(frozen=True)
class Reply:
    """A text that somebody sent to us."""

    sender: str
    text: str


Heard = Report | Reply
"""What a gateway brings by itself."""


def stronger(known: Said | None, said: Said) -> Said:
    """Return which of two reports about a part holds, whichever came first."""
    return said if known is None or _STRENGTH[said] > _STRENGTH[known] else known


def of_whole(parts: Iterable[Said | None], expected: int) -> Input | None:
    """Return what the reports on the parts of a text say of it; None while there is none.

    It is delivered when as many parts as it has are, whatever an earlier attempt met, and has failed when
    one part has.
    """
    said = [each for each in parts if each]
    if said.count(Said.DELIVERED) >= expected:
        return Input.REPORT_DELIVERED
    if Said.FAILED in said:
        return Input.REPORT_FAILED
    return Input.REPORT_SENT if said else None


_NO = frozenset({"stop", "stopp", "sluta", "avsluta", "avregistrera", "end", "quit", "unsubscribe", "afmeld"})


def wants_no_more(text: str) -> bool:
    """Whether a reply says no to further texts: its first word, however it is written (B4)."""
    words = text.strip().lower().split(None, 1)
    return bool(words) and words[0].strip(".!,:;\"'") in _NO and len(text) <= 60
