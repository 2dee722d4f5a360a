"""Half days: the organisation's own, and the days before closed ones."""

from collections.abc import Callable
from datetime import date, timedelta

IsDay = Callable[[date], bool]
A_DAY = timedelta(days=1)


def half_days(is_closed: IsDay, own: frozenset[date], *, eves: bool) -> IsDay:
    """Return whether a day is a half day. With ``eves``, so is each open day before a closed one."""

    def is_half_day(day: date) -> bool:
        return not is_closed(day) and (day in own or (eves and is_closed(day + A_DAY)))

    return is_half_day
