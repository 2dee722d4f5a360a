"""Delivery reports: what a gateway says later of what it took."""

from collections import Counter
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
    """``reference`` is the gateway's name for the message; ``text_id`` is ours, and ``attempt`` which handing
    over of it is meant (from 1), where the report knows them."""

    reference: str
    said: Said
    detail: str = ""
    text_id: UUID | None = None
    attempt: int | None = None


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


@dataclass(frozen=True)
class Told:
    """What is known of one part; ``said`` is None while nothing is reported on it."""

    said: Said | None
    attempt: int = 1


def of_whole(parts: Iterable[Told], expected: int, attempts: int) -> Input | None:
    """Return what the reports on the parts of a text say of it; None while they say nothing.

    It is delivered when all parts of one attempt are, whichever that was, and has failed when a part of the
    last attempt has: that an earlier one failed is why there was another, or comes too late to matter.
    """
    told = [each for each in parts if each.said is not Said.FAILED or each.attempt >= attempts]
    delivered = Counter(each.attempt for each in told if each.said is Said.DELIVERED)
    if max(delivered.values(), default=0) >= expected:
        return Input.REPORT_DELIVERED
    said = {each.said for each in told}
    if Said.FAILED in said:
        return Input.REPORT_FAILED
    return Input.REPORT_SENT if said - {None} else None


_NO = frozenset({"stop", "stopp", "sluta", "avsluta", "avregistrera", "end", "quit", "unsubscribe", "afmeld"})


def wants_no_more(text: str) -> bool:
    """Whether a reply says no to further texts: its first word, however it is written (B4)."""
    words = text.strip().lower().split(None, 1)
    return bool(words) and words[0].strip(".!,:;\"'") in _NO and len(text) <= 60
