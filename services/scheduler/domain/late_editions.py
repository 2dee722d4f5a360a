"""An edition that is let go after all: on another day than its own only with two people (A2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from services.scheduler.domain.editions import EditionState, slept_through
from services.scheduler.domain.extra_editions import CLOSED, ExtraRefused
from services.scheduler.domain.wednesdays import WeekPlan

ONE_PERSON = (
    "Utskick går på onsdagar. Att låta ett utskick gå en annan dag kräver två olika personer: den som "
    "har föreslagit det kan inte själv bekräfta det (A2)."
)


@dataclass(frozen=True)
class Deadline:
    """How late an edition may leave by itself: ``park_after`` its time, and on its own day only (A2)."""

    plan: WeekPlan
    park_after: timedelta

    def is_over(self, state: EditionState, since: datetime, now: datetime) -> bool:
        """Whether what leaves now leaves too late. ``since``: when it should have left; when it began to, or
        went on, if it is on its way."""
        return since < self.plan.missed_before(self._leaves(state, since, now), self.park_after)

    def ends(self, since: datetime) -> datetime:
        """Return when the day is over of what began to leave, or went on, at a moment."""
        midnight = self.plan.local(self.plan.day_of(since) + timedelta(days=1), time.min)
        return min(since + self.park_after, midnight)

    def _leaves(self, state: EditionState, since: datetime, now: datetime) -> datetime:
        """Return when it would leave: at once, or after the undo window that it must still have."""
        if state in {EditionState.RELEASING, EditionState.RELEASED, EditionState.PAUSED}:
            return now
        undo = self.plan.undo
        waits = state is EditionState.OPEN or slept_through(since, now, undo)
        return now + undo if waits else now


Agreed = Literal["alone", "first", "second"]
"""Nobody else is needed; another person must say the same; this is the other person."""


def agreed(own_day: date, leaves_on: date, by: str, proposers: Sequence[str], *, closed: bool) -> Agreed:
    """Return whether a person may let an edition go on a day; raise ExtraRefused where A2 forbids it.

    ``proposers``: who has said so today, since it was parked or paused. ``closed``: whether ``leaves_on`` is.
    """
    if closed:
        raise ExtraRefused(CLOSED)
    if leaves_on == own_day:
        return "alone"
    if not proposers:
        return "first"
    if by.strip().lower() in {each.strip().lower() for each in proposers}:
        raise ExtraRefused(ONE_PERSON)
    return "second"
