"""Days: which Wednesday an order reaches (A3), and until when the orderer must have an answer (A4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

IsClosed = Callable[[date], bool]
"""Whether a day is a public holiday or one of the organisation's own closed days. Weekends are known here."""

WEDNESDAY = 2
SATURDAY = 5


@dataclass(frozen=True)
class CutOff:
    """When a week of ordering ends, local (A3). ``weekday`` is ISO's: 1 is Monday."""

    weekday: int
    time: time


def earliest_wednesday(completed: datetime, cut_off: CutOff) -> date:
    """Return the first Wednesday that an order complete at this local moment may ask for (A3).

    Complete in ISO week N by the cut-off means Wednesday of week N+1, later means N+2.
    """
    monday = completed.date() - timedelta(days=completed.weekday())
    limit = datetime.combine(monday + timedelta(days=cut_off.weekday - 1), cut_off.time, completed.tzinfo)
    weeks = 1 if completed <= limit else 2
    return monday + timedelta(weeks=weeks, days=WEDNESDAY)


def first_wednesday_from(day: date) -> date:
    """Return the Wednesday that an order not to be sent before ``day`` asks for."""
    return day + timedelta(days=(WEDNESDAY - day.weekday()) % 7)


def is_working_day(day: date, is_closed: IsClosed) -> bool:
    return day.weekday() < SATURDAY and not is_closed(day)


def answer_due(received: datetime, working_days: int, closing: time, is_closed: IsClosed) -> datetime:
    """Return the local moment by which the orderer must have an answer (A4).

    The day of receipt does not count; the answer is due when the office closes on the last of the
    ``working_days`` after it.
    """
    day = received.date()
    for _ in range(working_days):
        day = _next_working_day(day, is_closed)
    return datetime.combine(day, closing, received.tzinfo)


def warn_from(due: datetime, is_closed: IsClosed) -> datetime:
    """Return when to warn of an answer due: when the office closes on the working day before."""
    day = due.date() - timedelta(days=1)
    while not is_working_day(day, is_closed):
        day -= timedelta(days=1)
    return datetime.combine(day, due.timetz())


def _next_working_day(day: date, is_closed: IsClosed) -> date:
    day += timedelta(days=1)
    while not is_working_day(day, is_closed):
        day += timedelta(days=1)
    return day
