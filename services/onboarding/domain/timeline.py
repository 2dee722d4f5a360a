"""When the steps of a newcomer's timeline are due (C1–C9). Days are calendar days of the organisation."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.contracts.onboarding import Step


@dataclass(frozen=True)
class Limits:
    """Within how many days, or weeks, of the registration; ``erasure_days`` counts from the follow-up's."""

    contact_days: int
    letter_days: int
    call_days: int
    referral_days: int
    training_days: int
    follow_up_weeks_from: int
    follow_up_weeks_to: int
    erasure_days: int


@dataclass(frozen=True)
class PlannedStep:
    """A step may be taken from ``opens_at`` and is late from ``due_at`` on, both in UTC."""

    step: Step
    opens_at: datetime
    due_at: datetime


def plan(registered_at: datetime, limits: Limits, zone: ZoneInfo) -> tuple[PlannedStep, ...]:
    """Return the steps in their order.

    "Within 3 days" is until the third local day after that of the registration ends, however many hours
    the days have. The follow-up opens when its first day begins.
    """
    first = registered_at.astimezone(zone).date()
    opens = registered_at.astimezone(UTC)

    def within(step: Step, days: int) -> PlannedStep:
        return PlannedStep(step, opens, _start_of(first + timedelta(days=days + 1), zone))

    called = first + timedelta(weeks=limits.follow_up_weeks_from)
    followed = first + timedelta(weeks=limits.follow_up_weeks_to, days=1)
    followed_by = _start_of(followed, zone)
    erased_by = _start_of(followed + timedelta(days=limits.erasure_days), zone)
    return (
        within("contact", limits.contact_days),
        within("letter", limits.letter_days),
        within("call", limits.call_days),
        within("referral", limits.referral_days),
        within("training", limits.training_days),
        PlannedStep("follow_up", _start_of(called, zone), followed_by),
        PlannedStep("erasure", followed_by, erased_by),
    )


def last_day(due_at: datetime, zone: ZoneInfo) -> date:
    """Return the last local day on which a step is in time."""
    return (due_at - timedelta(microseconds=1)).astimezone(zone).date()


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)
