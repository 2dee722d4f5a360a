"""Wednesdays in Stockholm, Copenhagen and Oslo with their own holidays: summer time and years of 53 weeks.

The tables are written out, none is computed by the code under test.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.scheduler.domain.wednesdays import WeekPlan
from shared.closed_days import closed_days

ZONES = {"SE": "Europe/Stockholm", "DK": "Europe/Copenhagen", "NO": "Europe/Oslo"}
PLANS = {
    country: WeekPlan(ZoneInfo(zone), closed_days(country, frozenset())) for country, zone in ZONES.items()
}
A_WEEK = timedelta(days=7)

CLOSED = {
    "SE": [
        "2027-01-06", "2029-06-06", "2029-12-26", "2030-05-01", "2030-12-25",
        "2031-01-01", "2031-12-24", "2031-12-31",
    ],
    "DK": ["2029-12-26", "2030-12-25", "2031-01-01"],
    "NO": ["2028-05-17", "2029-12-26", "2030-05-01", "2030-12-25", "2031-01-01"],
}  # fmt: skip
"""Epiphany and the National Day are Sweden's alone, 17 May Norway's; Denmark works on 1 May."""

# complete (local time): the Wednesday in Sweden, Denmark, Norway, and why
ORDERS = [
    # 2026 has 53 weeks; week 53 is 28 December to 3 January
    ("2026-12-18 16:00", "2026-12-23", "2026-12-23", "2026-12-23", "week 51"),
    ("2026-12-18 16:01", "2026-12-30", "2026-12-30", "2026-12-30", "late in week 51"),
    ("2026-12-25 16:00", "2026-12-30", "2026-12-30", "2026-12-30", "week 52, for week 53"),
    ("2026-12-25 16:01", "2027-01-13", "2027-01-06", "2027-01-06", "late in week 52: Epiphany in Sweden"),
    ("2026-12-31 12:00", "2027-01-13", "2027-01-06", "2027-01-06", "week 53, for week 1"),
    ("2027-01-01 16:00", "2027-01-13", "2027-01-06", "2027-01-06", "New Year's Day is in week 53"),
    ("2027-01-03 23:59", "2027-01-13", "2027-01-13", "2027-01-13", "the last minute of week 53"),
    ("2027-01-04 00:00", "2027-01-13", "2027-01-13", "2027-01-13", "the first of week 1"),
    # so has 2032; week 53 is 27 December to 2 January
    ("2032-12-17 16:00", "2032-12-22", "2032-12-22", "2032-12-22", "week 51"),
    ("2032-12-24 15:00", "2032-12-29", "2032-12-29", "2032-12-29", "week 52, for week 53"),
    ("2032-12-27 09:00", "2033-01-05", "2033-01-05", "2033-01-05", "week 53, for week 1"),
    ("2033-01-01 10:00", "2033-01-12", "2033-01-12", "2033-01-12", "Saturday of week 53"),
    # 2027 to 2031 have 52
    ("2027-12-30 10:00", "2028-01-05", "2028-01-05", "2028-01-05", "week 52"),
    ("2028-12-29 16:01", "2029-01-10", "2029-01-10", "2029-01-10", "late in week 52"),
    ("2030-12-20 15:00", "2031-01-08", "2031-01-08", "2031-01-08", "Christmas Day and New Year's Day"),
    ("2031-12-19 15:00", "2032-01-07", "2031-12-24", "2031-12-24", "Sweden keeps both eves"),
    # holidays that only some of them keep
    ("2028-05-11 12:00", "2028-05-17", "2028-05-17", "2028-05-24", "Norway's Constitution Day"),
    ("2029-05-31 12:00", "2029-06-13", "2029-06-06", "2029-06-06", "Sweden's National Day"),
    ("2030-04-25 12:00", "2030-05-08", "2030-05-01", "2030-05-08", "May Day, on which Denmark works"),
    # the Sundays of summer time, when an hour is missing or comes twice
    ("2026-03-29 01:59", "2026-04-08", "2026-04-08", "2026-04-08", "the last minute of winter time"),
    ("2026-03-29 03:00", "2026-04-08", "2026-04-08", "2026-04-08", "the first of summer time"),
    ("2026-10-25 02:30", "2026-11-04", "2026-11-04", "2026-11-04", "in the hour that comes twice"),
    ("2026-10-26 00:00", "2026-11-04", "2026-11-04", "2026-11-04", "the Monday after"),
]


@pytest.mark.parametrize(("complete", "sweden", "denmark", "norway", "why"), ORDERS)
def test_an_order_gets_the_wednesday_of_its_own_country(
    complete: str, sweden: str, denmark: str, norway: str, why: str
) -> None:
    for country, expected in (("SE", sweden), ("DK", denmark), ("NO", norway)):
        plan = PLANS[country]
        at = datetime.fromisoformat(complete).replace(tzinfo=plan.zone)
        assert plan.wednesday_for(at) == date.fromisoformat(expected), f"{country}: {why}"


SUMMER_BEGINS = [
    "2026-03-29", "2027-03-28", "2028-03-26", "2029-03-25", "2030-03-31", "2031-03-30", "2032-03-28",
]  # fmt: skip
SUMMER_ENDS = [
    "2026-10-25", "2027-10-31", "2028-10-29", "2029-10-28", "2030-10-27", "2031-10-26", "2032-10-31",
]  # fmt: skip

# from the Sunday: days to the Wednesday, freeze and release in UTC, hours between them
SPRING = [(-4, "15:00", "08:00", 113), (3, "15:00", "07:00", 112), (10, "14:00", "07:00", 113)]
AUTUMN = [(-4, "14:00", "07:00", 113), (3, "14:00", "08:00", 114), (10, "15:00", "08:00", 113)]


@pytest.mark.parametrize("country", PLANS)
@pytest.mark.parametrize(
    ("sunday", "weeks"),
    [(day, SPRING) for day in SUMMER_BEGINS] + [(day, AUTUMN) for day in SUMMER_ENDS],
)
def test_cut_off_and_release_keep_to_the_local_clock_when_it_changes(
    country: str, sunday: str, weeks: list[tuple[int, str, str, int]]
) -> None:
    plan = PLANS[country]
    for days, freeze, release, hours in weeks:
        wednesday = date.fromisoformat(sunday) + timedelta(days=days)
        freeze_at, release_at = plan.freeze_at(wednesday), plan.release_at(wednesday)
        assert (f"{freeze_at:%H:%M}", f"{release_at:%H:%M}") == (freeze, release), wednesday
        assert release_at - freeze_at == timedelta(hours=hours)
        assert release_at - plan.undo_at(wednesday) == timedelta(minutes=5), "never an hour more or less"
        assert {freeze_at.tzinfo, release_at.tzinfo} == {UTC}


@pytest.mark.parametrize("country", PLANS)
def test_exactly_the_wednesdays_of_the_table_are_closed(country: str) -> None:
    plan = PLANS[country]
    days = [date(2026, 1, 7) + weeks * A_WEEK for weeks in range(52 * 7)]
    assert [day.isoformat() for day in days if plan.is_closed(day)] == CLOSED[country]


@pytest.mark.parametrize("country", PLANS)
def test_an_order_each_friday_fills_every_open_wednesday_of_the_years_and_no_other(country: str) -> None:
    plan = PLANS[country]
    friday = datetime(2026, 1, 2, 16, 0, tzinfo=plan.zone)
    chosen = {plan.wednesday_for(friday + weeks * A_WEEK) for weeks in range(366)}
    open_days = {day for weeks in range(366) if not plan.is_closed(day := date(2026, 1, 7) + weeks * A_WEEK)}
    assert chosen >= open_days
    assert all(day.isoweekday() == 3 and not plan.is_closed(day) for day in chosen)


@pytest.mark.parametrize(("year", "weeks"), [(2026, 53), (2027, 52), (2031, 52), (2032, 53), (2033, 52)])
def test_a_year_has_as_many_cut_offs_as_it_has_weeks(year: int, weeks: int) -> None:
    plan = PLANS["DK"]
    cutoffs = {plan.cutoff_of_week(date.fromisocalendar(year, week, 1)) for week in range(1, weeks + 1)}
    assert len(cutoffs) == weeks
    assert plan.cutoff_of_week(date.fromisocalendar(year, weeks, 7)) + A_WEEK == plan.cutoff_of_week(
        date.fromisocalendar(year + 1, 1, 1)
    )
