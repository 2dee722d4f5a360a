"""Wednesdays (A3) and working days (A4)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.calendar import (
    CutOff,
    answer_due,
    earliest_wednesday,
    first_wednesday_from,
    is_working_day,
    warn_from,
)
from shared.closed_days import closed_days
from tests.unit.intake.orders import CUT_OFF, STOCKHOLM

FIRST, LAST = datetime(2026, 1, 1), datetime(2030, 12, 31)  # noqa: DTZ001  # hypothesis adds the zone
SWEDEN = closed_days("SE", frozenset({date(2026, 11, 12)}))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("completed", "wednesday"),
    [
        ("2026-11-09T00:00", "2026-11-18"),  # Monday
        ("2026-11-11T12:00", "2026-11-18"),  # Wednesday: not the same day's
        ("2026-11-13T16:00", "2026-11-18"),  # Friday, at the cut-off
        ("2026-11-13T16:00:01", "2026-11-25"),  # a second later
        ("2026-11-15T23:59", "2026-11-25"),  # Sunday is still week N
        ("2026-11-16T00:00", "2026-11-25"),  # Monday is week N+1
        ("2026-12-31T10:00", "2027-01-06"),  # week 53 of 2026
        ("2027-01-01T17:00", "2027-01-13"),  # Friday of week 53, after the cut-off
        ("2027-03-26T15:59", "2027-03-31"),  # over the change to summer time
        ("2026-10-23T16:30", "2026-11-04"),  # over the change from summer time
    ],
)
def test_A3_complete_by_friday_means_next_weeks_wednesday_and_later_the_one_after(
    completed: str, wednesday: str
) -> None:
    assert earliest_wednesday(local(completed), CUT_OFF) == date.fromisoformat(wednesday)


def test_A3_the_cut_off_is_the_organisations_own() -> None:
    thursday_noon = CutOff(4, time(12))
    assert earliest_wednesday(local("2026-11-12T12:01"), thursday_noon) == date(2026, 11, 25)


@given(st.datetimes(FIRST, LAST, timezones=st.just(STOCKHOLM)))
def test_A3_a_wednesday_is_five_to_twelve_days_away(completed: datetime) -> None:
    wednesday = earliest_wednesday(completed, CUT_OFF)
    assert wednesday.weekday() == 2
    assert timedelta(days=5) <= wednesday - completed.date() <= timedelta(days=12)


def test_a_day_asks_for_the_wednesday_on_or_after_it() -> None:
    assert first_wednesday_from(date(2026, 11, 18)) == date(2026, 11, 18)
    assert first_wednesday_from(date(2026, 11, 19)) == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-16T09:00", "2026-11-18T17:00"),  # Monday: Wednesday
        ("2026-11-10T23:59", "2026-11-13T17:00"),  # Tuesday; Thursday the 12th is an own closed day
        ("2026-11-14T10:00", "2026-11-17T17:00"),  # Saturday
        ("2026-12-23T10:00", "2026-12-29T17:00"),  # over Christmas: the 24th to the 27th are closed
        ("2026-04-02T10:00", "2026-04-08T17:00"),  # over Easter
        ("2026-03-27T10:00", "2026-03-31T17:00"),  # over the change to summer time
    ],
)
def test_A4_the_answer_is_due_when_the_office_closes_on_the_second_working_day(
    received: str, due: str
) -> None:
    assert answer_due(local(received), 2, time(17), SWEDEN) == local(due)


def test_A4_the_warning_comes_when_the_last_working_day_is_all_that_is_left() -> None:
    assert warn_from(local("2026-11-18T17:00"), SWEDEN) == local("2026-11-17T17:00")
    assert warn_from(local("2026-11-16T17:00"), SWEDEN) == local("2026-11-13T17:00")
    assert warn_from(local("2026-11-13T17:00"), SWEDEN) == local("2026-11-11T17:00")


@given(st.datetimes(FIRST, LAST, timezones=st.just(UTC)))
def test_A4_exactly_two_working_days_lie_between(received: datetime) -> None:
    due = answer_due(received, 2, time(17), SWEDEN)
    days = range(1, (due.date() - received.date()).days + 1)
    assert sum(is_working_day(received.date() + timedelta(days=n), SWEDEN) for n in days) == 2
    assert is_working_day(due.date(), SWEDEN)


def test_swedish_eves_are_closed_and_other_countries_have_their_own_days() -> None:
    assert SWEDEN(date(2026, 6, 19))
    assert SWEDEN(date(2026, 12, 24))
    assert not SWEDEN(date(2026, 6, 5))
    denmark, norway = closed_days("DK", frozenset()), closed_days("NO", frozenset())
    assert denmark(date(2026, 4, 2))  # Maundy Thursday
    assert norway(date(2026, 5, 17))
    assert not SWEDEN(date(2026, 4, 2))
