"""A missed edition that is let go after all: on another day than its own only with two people (A2)."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from services.scheduler.domain.extra_editions import CLOSED, ExtraRefused

ONE_PERSON = (
    "Utskick går på onsdagar. Att låta ett missat utskick gå en annan dag kräver två olika personer: den som "
    "har föreslagit det kan inte själv bekräfta det (A2)."
)

Agreed = Literal["alone", "first", "second"]
"""Nobody else is needed; another person must say the same; this is the other person."""


def agreed(own_day: date, leaves_on: date, by: str, proposers: Sequence[str], *, closed: bool) -> Agreed:
    """Return whether a person may let an edition go on a day; raise ExtraRefused where A2 forbids it.

    ``proposers``: who has said so today, since it was parked. ``closed``: whether ``leaves_on`` is.
    """
    if leaves_on == own_day:
        return "alone"
    if closed:
        raise ExtraRefused(CLOSED)
    if not proposers:
        return "first"
    if by.strip().lower() in {each.strip().lower() for each in proposers}:
        raise ExtraRefused(ONE_PERSON)
    return "second"
