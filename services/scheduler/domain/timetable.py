"""The coming Wednesdays and extra editions, each a day of the calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.scheduler.domain.wednesdays import WEEK, WeekPlan, first_wednesday

CLOSED = "Stängd dag: onsdagens beställningar går nästa öppna onsdag."


@dataclass(frozen=True)
class Planned:
    """An edition as the calendar shows it. ``changed_at``: when its moments or orders last changed.

    ``mails`` are as the freeze decided, before it as the newest preview counted; None if there is none.
    """

    edition_id: UUID
    day: date
    state: str
    extra: bool
    freeze_at: datetime
    undo_at: datetime
    release_at: datetime
    moved_from: date | None
    sequence: int
    changed_at: datetime
    titles: tuple[str, ...]
    mails: int | None = None


@dataclass(frozen=True)
class CalendarDay:
    """A Wednesday, or the day of an extra edition. Without an edition its moments are those to come.

    ``edition`` is None while no order is on it; ``warning`` says what to beware of, in Swedish.
    """

    day: date
    closed: bool
    half: bool
    warning: str
    freeze_at: datetime
    undo_at: datetime
    release_at: datetime
    edition: Planned | None


def over(mails: int | None, capacity: int) -> int | None:
    """Return how many mails are above a capacity; None if there is none, or they are not counted yet."""
    return None if mails is None or not capacity else max(0, mails - capacity)


def timetable(plan: WeekPlan, editions: Iterable[Planned], today: date, weeks: int) -> list[CalendarDay]:
    """Return the days from today on for a number of weeks, the earliest first."""
    there = {edition.day: edition for edition in editions}
    last = today + weeks * WEEK
    days = {day for day in there if today <= day <= last}
    wednesday = first_wednesday(today)
    while wednesday <= last:
        days.add(wednesday)
        wednesday += WEEK
    return [_day(plan, day, there.get(day)) for day in sorted(days)]


def _day(plan: WeekPlan, day: date, edition: Planned | None) -> CalendarDay:
    closed = plan.is_closed(day)
    return CalendarDay(
        day=day,
        closed=closed,
        half=plan.is_half_day(day),
        warning=CLOSED if closed else plan.warning(day),
        freeze_at=edition.freeze_at if edition else plan.freeze_at(day),
        undo_at=edition.undo_at if edition else plan.undo_at(day),
        release_at=edition.release_at if edition else plan.release_at(day),
        edition=edition,
    )
