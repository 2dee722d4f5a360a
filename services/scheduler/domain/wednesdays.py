"""Which Wednesday an order leaves on, and the moments of that Wednesday (A2, A3).

Days are local days of the organisation; moments are aware and compared as instants, so that a change to or
from summer time neither adds nor takes an hour.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEDNESDAY = 3
"""ISO weekday (A2)."""

WEEK = timedelta(days=7)
LONGEST_CLOSURE = 60
"""Weeks. A calendar closed on that many Wednesdays in a row is a mistake in the settings."""


HALF_DAY = "Halv dag: infodesken är bemannad bara en del av dagen när svaren kommer."


class NoOpenWednesday(Exception):
    """The closed days leave no Wednesday open for more than a year."""


@dataclass(frozen=True)
class WeekPlan:
    """When a week's edition closes and leaves, and which days are closed.

    ``cutoff_weekday`` is an ISO weekday of the week before the Wednesday. ``is_closed`` says whether nobody
    works on a day: a public holiday or the organisation's own closed day; ``is_half_day`` whether the desk is
    there for a part of it only.
    """

    zone: ZoneInfo
    is_closed: Callable[[date], bool]
    cutoff_weekday: int = 5
    cutoff_time: time = time(16, 0)
    release_time: time = time(9, 0)
    undo: timedelta = timedelta(minutes=5)
    is_half_day: Callable[[date], bool] = lambda _: False

    def cutoff_of_week(self, day: date) -> datetime:
        """Return the cut-off in the ISO week of ``day``."""
        return self._moment(weekday_of(day, self.cutoff_weekday), self.cutoff_time)

    def freeze_at(self, wednesday: date) -> datetime:
        """Return when the recipients of an edition are decided: the cut-off of the week before (A3)."""
        return self.cutoff_of_week(wednesday - WEEK)

    def release_at(self, wednesday: date) -> datetime:
        """Return when the edition is handed to the sender."""
        return self._moment(wednesday, self.release_time)

    def undo_at(self, wednesday: date) -> datetime:
        """Return when the undo window opens; it closes with the release."""
        return self.release_at(wednesday) - self.undo

    def day_of(self, moment: datetime) -> date:
        """Return the local day of a moment."""
        return moment.astimezone(self.zone).date()

    def wednesday_for(self, completed_at: datetime, not_before: date | None = None) -> date:
        """Return the Wednesday of an order complete since ``completed_at`` (A3).

        Complete by the cut-off of ISO week N: week N+1, later: N+2. A later Wednesday may be asked for,
        an earlier one may not. A closed Wednesday gives way to the next open one.
        """
        day = self.day_of(completed_at)
        weeks = 1 if completed_at <= self.cutoff_of_week(day) else 2
        earliest = weekday_of(day, WEDNESDAY) + weeks * WEEK
        if not_before is not None and not_before > earliest:
            earliest = first_wednesday(not_before)
        return self.open_wednesday(earliest)

    def open_wednesday(self, wednesday: date) -> date:
        """Return this Wednesday, or the next that is open."""
        for weeks in range(LONGEST_CLOSURE):
            candidate = wednesday + weeks * WEEK
            if not self.is_closed(candidate):
                return candidate
        raise NoOpenWednesday(f"no Wednesday is open for {LONGEST_CLOSURE} weeks after {wednesday}")

    def warning(self, day: date) -> str:
        """Return what to beware of when sending on a day, in Swedish; empty if nothing."""
        return HALF_DAY if self.is_half_day(day) else ""

    def missed_before(self, leaves: datetime, park_after: timedelta) -> datetime:
        """Return before which moment a release must have been planned to be missed by what would leave at
        ``leaves``: longer ago than ``park_after``, or on a day before (A2)."""
        return max(leaves - park_after, self._moment(self.day_of(leaves), time.min))

    def local(self, day: date, at: time) -> datetime:
        """Return the moment of a local time of a day."""
        return self._moment(day, at)

    def next_after(self, wednesday: date) -> date:
        """Return the next open Wednesday after one."""
        return self.open_wednesday(wednesday + WEEK)

    def wednesday_after(self, day: date) -> date:
        """Return the first open Wednesday after any day, also that of an extra edition."""
        return self.open_wednesday(first_wednesday(day + timedelta(days=1)))

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)


def months_until(day: date, count: int) -> tuple[date, date]:
    """Return the first days of the first and the last of ``count`` months, the last being that of ``day``."""
    months = day.year * 12 + day.month - count
    return date(months // 12, months % 12 + 1, 1), day.replace(day=1)


def weekday_of(day: date, weekday: int) -> date:
    """Return the day with an ISO weekday in the ISO week of ``day``."""
    return day + timedelta(days=weekday - day.isoweekday())


def first_wednesday(day: date) -> date:
    """Return the first Wednesday on or after ``day``."""
    return day + timedelta(days=(WEDNESDAY - day.isoweekday()) % 7)
