"""Daytime where the recipient is (D7): later in the morning on weekends and holidays, never at night."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_ROUNDS = 30
"""Enough for a number whose country has many zones; there is an hour in which all of them are awake."""


@dataclass(frozen=True)
class Hours:
    """From ``opens`` up to, and not including, ``closes``, by the clock on the wall."""

    opens: time
    closes: time

    @classmethod
    def parse(cls, written: str) -> "Hours":
        """Read ``08:00-20:00``. Raises ValueError."""
        opens, dash, closes = written.partition("-")
        hours = cls(time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip() if dash else ""))
        if hours.opens >= hours.closes:
            raise ValueError(f"{written!r} does not open before it closes")
        return hours


@dataclass(frozen=True)
class Daytime:
    """When texts may go on ordinary days, and on weekends and holidays."""

    ordinary: Hours
    closed: Hours

    def on(self, day: date, is_closed: Callable[[date], bool]) -> Hours:
        return self.closed if day.weekday() >= 5 or is_closed(day) else self.ordinary


def next_daytime(
    now: datetime, zones: Sequence[ZoneInfo], daytime: Daytime, is_closed: Callable[[date], bool]
) -> datetime | None:
    """Return the first moment from ``now`` at which it is day in all the zones; None if there is none."""
    moment = now
    for _ in range(_ROUNDS):
        opening = max(_opening(moment, zone, daytime, is_closed) for zone in zones)
        if opening == moment:
            return moment
        moment = opening
    return None


def day_ends(
    moment: datetime, zones: Sequence[ZoneInfo], daytime: Daytime, is_closed: Callable[[date], bool]
) -> datetime:
    """Return when it is day no more in one of the zones; at ``moment`` it is day in all of them."""
    return min(_closing(moment.astimezone(zone), daytime, is_closed) for zone in zones)


def _closing(local: datetime, daytime: Daytime, is_closed: Callable[[date], bool]) -> datetime:
    closes = daytime.on(local.date(), is_closed).closes
    return datetime.combine(local.date(), closes, tzinfo=local.tzinfo).astimezone(UTC)


def _opening(
    moment: datetime, zone: ZoneInfo, daytime: Daytime, is_closed: Callable[[date], bool]
) -> datetime:
    local = moment.astimezone(zone)
    today = daytime.on(local.date(), is_closed)
    if today.opens <= local.time() < today.closes:
        return moment
    day = local.date() if local.time() < today.opens else local.date() + timedelta(days=1)
    opens = datetime.combine(day, daytime.on(day, is_closed).opens, tzinfo=zone)
    return opens.astimezone(UTC)
