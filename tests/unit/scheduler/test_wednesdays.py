"""Wednesday arithmetic (A2, A3), against tables written by hand from a wall calendar."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduler.domain.wednesdays import NoOpenWednesday, WeekPlan, first_wednesday, months_until

STOCKHOLM = ZoneInfo("Europe/Stockholm")

CLOSED = frozenset(
    date.fromisoformat(day)
    for day in (
        "2027-01-06",  # Epiphany
        "2029-06-06",  # National Day
        "2029-12-26",  # Second Day of Christmas
        "2030-05-01",  # May Day
        "2030-12-25",  # Christmas Day
    )
)
"""The Wednesdays of 2026 to 2030 that are public holidays in Sweden."""


def swedish(zone: str = "Europe/Stockholm", closed: frozenset[date] = CLOSED) -> WeekPlan:
    return WeekPlan(zone=ZoneInfo(zone), is_closed=closed.__contains__)


PLAN = swedish()

# completed (local time), asked not before, Wednesday, why
TABLE = [
    # an ordinary week: Monday 2 to Sunday 8 March 2026 is week 10
    ("2026-03-02 00:00", None, "2026-03-11", "the first moment of week 10"),
    ("2026-03-04 09:00", None, "2026-03-11", "on a Wednesday, not the same day"),
    ("2026-03-06 15:59", None, "2026-03-11", "Friday before 16.00"),
    ("2026-03-06 16:00", None, "2026-03-11", "Friday 16.00 is in time"),
    ("2026-03-06 16:01", None, "2026-03-18", "Friday after 16.00"),
    ("2026-03-07 10:00", None, "2026-03-18", "Saturday"),
    ("2026-03-08 23:59", None, "2026-03-18", "the last minute of week 10"),
    ("2026-03-09 00:00", None, "2026-03-18", "the first moment of week 11"),
    # a later Wednesday may be asked for
    ("2026-03-04 09:00", "2026-03-05", "2026-03-11", "asked for earlier than the rule gives"),
    ("2026-03-04 09:00", "2026-03-11", "2026-03-11", "asked for that very Wednesday"),
    ("2026-03-04 09:00", "2026-03-12", "2026-03-18", "asked for a Thursday"),
    ("2026-03-04 09:00", "2026-04-17", "2026-04-22", "asked for a Friday in April"),
    ("2026-03-06 17:00", "2026-03-11", "2026-03-18", "asked for one that is too early"),
    # 2026 has 53 weeks: week 53 is 28 December 2026 to 3 January 2027
    ("2026-12-18 16:00", None, "2026-12-23", "week 51"),
    ("2026-12-22 12:00", None, "2026-12-30", "week 52, for Wednesday of week 53"),
    ("2026-12-25 16:01", None, "2027-01-13", "Friday of week 52 after 16.00: week 1, which is Epiphany"),
    ("2026-12-28 08:00", None, "2027-01-13", "week 53, for week 1, whose Wednesday is Epiphany"),
    ("2027-01-01 16:00", None, "2027-01-13", "New Year's Day is still week 53"),
    ("2027-01-03 12:00", None, "2027-01-13", "late in week 53: week 2"),
    ("2027-01-04 09:00", None, "2027-01-13", "week 1"),
    # ordinary turns of the year
    ("2026-01-01 12:00", None, "2026-01-07", "New Year's Day 2026 is in week 1"),
    ("2027-12-31 16:00", None, "2028-01-05", "Friday of week 52"),
    ("2028-01-01 09:00", None, "2028-01-12", "Saturday of week 52 of 2027"),
    ("2028-12-29 15:00", None, "2029-01-03", "Friday of week 52"),
    ("2029-01-01 00:00", None, "2029-01-10", "Monday of week 1"),
    ("2029-12-21 16:00", None, "2030-01-02", "26 December 2029 is closed"),
    ("2029-12-31 09:00", None, "2030-01-09", "Monday of week 1 of 2030"),
    ("2030-12-20 16:00", None, "2031-01-01", "25 December 2030 is closed"),
    # closed Wednesdays in the year
    ("2029-05-28 09:00", None, "2029-06-13", "6 June 2029 is the National Day"),
    ("2029-06-04 09:00", None, "2029-06-13", "and the next week's orders meet there"),
    ("2030-04-26 16:00", None, "2030-05-08", "1 May 2030 is closed"),
    ("2030-04-26 16:01", None, "2030-05-08", "late: the next Wednesday is the same"),
    ("2030-04-22 09:00", "2030-05-01", "2030-05-08", "asked for a closed Wednesday"),
    # leap day
    ("2028-02-25 16:00", None, "2028-03-01", "Friday before the leap day"),
    ("2028-02-29 12:00", None, "2028-03-08", "the leap day"),
    # summer time begins on Sunday 29 March 2026 and ends on Sunday 25 October 2026
    ("2026-03-27 16:00", None, "2026-04-01", "the last cut-off in winter time"),
    ("2026-03-29 03:30", None, "2026-04-08", "the night the hour is missing"),
    ("2026-04-03 16:00", None, "2026-04-08", "the first cut-off in summer time"),
    ("2026-10-23 16:00", None, "2026-10-28", "the last cut-off in summer time"),
    ("2026-10-25 02:30", None, "2026-11-04", "the night the hour comes twice"),
    ("2026-10-30 16:00", None, "2026-11-04", "the first cut-off in winter time"),
]


@pytest.mark.parametrize(("completed", "not_before", "wednesday", "why"), TABLE)
def test_an_order_gets_the_wednesday_that_the_calendar_says(
    completed: str, not_before: str | None, wednesday: str, why: str
) -> None:
    at = datetime.fromisoformat(completed).replace(tzinfo=STOCKHOLM)
    wish = date.fromisoformat(not_before) if not_before else None
    assert PLAN.wednesday_for(at, wish) == date.fromisoformat(wednesday), why


# Wednesday, freeze (UTC), undo window opens (UTC), release (UTC)
MOMENTS = [
    ("2026-01-07", "2026-01-02 15:00", "2026-01-07 07:55", "2026-01-07 08:00"),
    ("2026-04-01", "2026-03-27 15:00", "2026-04-01 06:55", "2026-04-01 07:00"),  # summer time between them
    ("2026-04-08", "2026-04-03 14:00", "2026-04-08 06:55", "2026-04-08 07:00"),
    ("2026-10-28", "2026-10-23 14:00", "2026-10-28 07:55", "2026-10-28 08:00"),  # winter time between them
    ("2027-01-13", "2027-01-08 15:00", "2027-01-13 07:55", "2027-01-13 08:00"),
    ("2027-03-31", "2027-03-26 15:00", "2027-03-31 06:55", "2027-03-31 07:00"),
    ("2028-03-29", "2028-03-24 15:00", "2028-03-29 06:55", "2028-03-29 07:00"),
    ("2028-11-01", "2028-10-27 14:00", "2028-11-01 07:55", "2028-11-01 08:00"),
    ("2029-03-28", "2029-03-23 15:00", "2029-03-28 06:55", "2029-03-28 07:00"),
    ("2030-10-30", "2030-10-25 14:00", "2030-10-30 07:55", "2030-10-30 08:00"),
]


@pytest.mark.parametrize(("wednesday", "freeze", "undo", "release"), MOMENTS)
@pytest.mark.parametrize("zone", ["Europe/Stockholm", "Europe/Copenhagen", "Europe/Oslo"])
def test_an_editions_moments_follow_the_local_clock(
    wednesday: str, freeze: str, undo: str, release: str, zone: str
) -> None:
    plan = swedish(zone)
    day = date.fromisoformat(wednesday)
    moments = (plan.freeze_at(day), plan.undo_at(day), plan.release_at(day))
    assert moments == tuple(datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (freeze, undo, release))


def test_the_week_is_that_of_the_organisations_clock() -> None:
    sunday_evening_in_utc = datetime(2026, 3, 8, 23, 30, tzinfo=UTC)
    assert PLAN.wednesday_for(sunday_evening_in_utc) == date(2026, 3, 18), "it is Monday in Stockholm"


def test_another_cut_off_can_be_chosen() -> None:
    plan = WeekPlan(STOCKHOLM, CLOSED.__contains__, cutoff_weekday=4, cutoff_time=time(12, 0))
    assert plan.wednesday_for(datetime(2026, 3, 5, 12, 0, tzinfo=STOCKHOLM)) == date(2026, 3, 11)
    assert plan.wednesday_for(datetime(2026, 3, 5, 12, 1, tzinfo=STOCKHOLM)) == date(2026, 3, 18)


def test_a_calendar_without_an_open_wednesday_is_an_error() -> None:
    with pytest.raises(NoOpenWednesday):
        WeekPlan(STOCKHOLM, lambda _: True).wednesday_for(datetime(2026, 3, 5, tzinfo=UTC))


MOMENT = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
DAY = st.dates(date(2026, 1, 1), date(2031, 12, 31))


@given(MOMENT, st.none() | DAY)
def test_it_is_always_an_open_wednesday_that_freezes_after_the_order(at: datetime, wish: date | None) -> None:
    wednesday = PLAN.wednesday_for(at, wish)
    assert wednesday.isoweekday() == 3
    assert wednesday not in CLOSED
    assert PLAN.freeze_at(wednesday) >= at
    assert wish is None or wednesday >= wish
    assert PLAN.freeze_at(wednesday) < PLAN.undo_at(wednesday) < PLAN.release_at(wednesday)


@given(MOMENT, DAY)
def test_a_wish_never_makes_it_earlier_and_is_kept_to_the_week(at: datetime, wish: date) -> None:
    without, with_wish = PLAN.wednesday_for(at), PLAN.wednesday_for(at, wish)
    assert with_wish >= without
    assert with_wish >= wish
    if first_wednesday(wish) > without:
        assert with_wish == PLAN.open_wednesday(first_wednesday(wish))


@given(MOMENT, MOMENT)
def test_who_is_complete_first_never_leaves_later(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert PLAN.wednesday_for(first) <= PLAN.wednesday_for(second)


@given(MOMENT)
def test_no_open_wednesday_is_passed_over(at: datetime) -> None:
    """The edition before the chosen one was closed for the order, or froze before it was complete."""
    wednesday = PLAN.wednesday_for(at)
    before = wednesday - timedelta(days=7)
    while before in CLOSED:
        before -= timedelta(days=7)
    assert PLAN.freeze_at(before) < at


@pytest.mark.parametrize(
    ("day", "wednesday"),
    [
        ("2026-03-04", "2026-03-11"),
        ("2026-03-03", "2026-03-04"),
        ("2026-03-05", "2026-03-11"),
        ("2026-12-30", "2027-01-13"),
    ],
    ids=["a week after a Wednesday", "the day after a Tuesday", "after a Thursday", "not on Epiphany"],
)
def test_the_wednesday_after_any_day_is_the_next_open_one(day: str, wednesday: str) -> None:
    assert PLAN.wednesday_after(date.fromisoformat(day)) == date.fromisoformat(wednesday)


@pytest.mark.parametrize(
    ("day", "count", "first"),
    [
        (date(2026, 11, 18), 1, date(2026, 11, 1)),
        (date(2026, 11, 18), 12, date(2025, 12, 1)),
        (date(2026, 12, 31), 12, date(2026, 1, 1)),
        (date(2026, 1, 1), 2, date(2025, 12, 1)),
        (date(2026, 1, 1), 120, date(2016, 2, 1)),
    ],
)
def test_a_series_of_months_ends_with_the_present_one(day: date, count: int, first: date) -> None:
    assert months_until(day, count) == (first, day.replace(day=1))


@pytest.mark.parametrize(
    ("released", "leaves", "missed"),
    [
        ("2026-03-04 09:00", "2026-03-04 21:00", False),
        ("2026-03-04 09:00", "2026-03-04 21:01", True),
        ("2026-03-04 18:00", "2026-03-04 23:59", False),
        ("2026-03-04 18:00", "2026-03-05 00:00", True),
        ("2026-10-25 01:00", "2026-10-25 12:00", False),
        ("2026-10-25 01:00", "2026-10-25 12:01", True),
    ],
    ids=[
        "at the limit",
        "after the limit",
        "the last minute",
        "the day after",
        "a day of 25 hours",
        "and after",
    ],
)
def test_a_release_is_missed_after_the_limit_or_when_its_day_is_over(
    released: str, leaves: str, *, missed: bool
) -> None:
    planned, late = (datetime.fromisoformat(at).replace(tzinfo=STOCKHOLM) for at in (released, leaves))
    before = PLAN.missed_before(late.astimezone(UTC), timedelta(hours=12))
    assert (planned.astimezone(UTC) < before) is missed
