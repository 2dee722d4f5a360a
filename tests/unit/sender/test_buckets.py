"""Limits: never more than allowed, one-to-one mail first, and nothing waits for ever."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sender.domain.buckets import Bucket, Limit, Period, grant, read_limits

NOW = datetime(2027, 2, 17, 8, tzinfo=UTC)
LIMITS = st.builds(
    Limit, st.integers(1, 500), st.sampled_from([Period.SECOND, Period.HOUR, Period.DAY, Period.PACE])
)


def full(*limits: Limit) -> list[Bucket]:
    return [Bucket(limit, limit.capacity, NOW) for limit in limits]


@given(st.lists(LIMITS, min_size=1, max_size=3), st.integers(0, 2000), st.integers(0, 2000))
def test_no_limit_is_exceeded_and_all_are_used(limits: list[Limit], letters: int, mailings: int) -> None:
    granted = grant(full(*limits), NOW, letters=letters, mailings=mailings)
    assert granted.letters + granted.mailings <= min(limit.capacity for limit in limits)
    assert granted.letters == min([letters, *(int(limit.capacity) for limit in limits)])
    assert all(bucket.tokens >= 0 for bucket in granted.buckets)
    again = grant(granted.buckets, NOW, letters=letters, mailings=mailings)
    assert again.mailings == 0 or granted.mailings == mailings
    assert again.letters == 0 or granted.letters == letters


@given(st.lists(LIMITS, min_size=1, max_size=3), st.integers(1, 50), st.booleans())
def test_after_the_wait_so_many_may_go(limits: list[Limit], mails: int, letters: bool) -> None:
    empty = [Bucket(limit, 0.0, NOW) for limit in limits]
    mails = min(mails, *(int(limit.capacity - (0 if letters else limit.reserve)) for limit in limits))
    wait = grant(empty, NOW, letters=0, mailings=0).wait(mails, letters=letters)
    later = NOW + wait + timedelta(milliseconds=1)
    asked = {"letters": mails, "mailings": 0} if letters else {"letters": 0, "mailings": mails}
    granted = grant(empty, later, **asked)
    assert granted.letters + granted.mailings == mails


def test_over_an_hour_the_rate_is_the_limit() -> None:
    buckets = grant(full(Limit(3600, Period.HOUR)), NOW, letters=3600, mailings=0).buckets
    sent = 0
    for second in range(1, 3601):
        granted = grant(buckets, NOW + timedelta(seconds=second), letters=100, mailings=0)
        buckets, sent = granted.buckets, sent + granted.letters
    assert sent == 3600


def test_a_tenth_is_left_to_one_to_one_mail() -> None:
    granted = grant(full(Limit(100, Period.HOUR)), NOW, letters=0, mailings=1000)
    assert granted.mailings == 90
    assert grant(granted.buckets, NOW, letters=1000, mailings=0).letters == 10


def test_one_to_one_mail_goes_before_editions() -> None:
    granted = grant(full(Limit(5, Period.SECOND)), NOW, letters=4, mailings=100)
    assert (granted.letters, granted.mailings) == (4, 1)


def test_the_clock_going_back_takes_nothing_away() -> None:
    bucket = Bucket(Limit(5, Period.SECOND), 3.0, NOW)
    assert bucket.at_moment(NOW - timedelta(hours=1)) == bucket


def test_limits_are_read_as_they_are_written() -> None:
    assert read_limits("20/second+5000/hour + 50000/day") == (
        Limit(20, Period.SECOND),
        Limit(5000, Period.HOUR),
        Limit(50000, Period.DAY),
    )


@pytest.mark.parametrize("text", ["", "20", "0/second", "20/week", "20/second+30/second", "x/hour", "2/pace"])
def test_limits_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="limits are written"):
        read_limits(text)
