"""Limits: never more than allowed, one-to-one mail first, and nothing waits for ever."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sender.domain.buckets import (
    HELD,
    MOST_RETURNS,
    Bucket,
    CountingBucket,
    EvenBucket,
    Limit,
    Period,
    full,
    grant,
    read_limits,
)

NOW = datetime(2027, 2, 17, 8, tzinfo=UTC)
LIMITS = st.builds(
    Limit, st.integers(1, 500), st.sampled_from([Period.SECOND, Period.HOUR, Period.DAY, Period.PACE])
)


def filled(*limits: Limit) -> list[Bucket]:
    return [full(limit, NOW) for limit in limits]


@given(st.lists(LIMITS, min_size=1, max_size=3), st.integers(0, 2000), st.integers(0, 2000))
def test_no_limit_is_exceeded_and_all_are_used(limits: list[Limit], letters: int, mailings: int) -> None:
    granted = grant(filled(*limits), NOW, letters=letters, mailings=mailings)
    assert granted.letters + granted.mailings <= min(limit.capacity for limit in limits)
    assert granted.letters == min([letters, *(int(limit.capacity) for limit in limits)])
    assert all(bucket.tokens >= 0 for bucket in granted.buckets)
    again = grant(granted.buckets, NOW, letters=letters, mailings=mailings)
    assert again.mailings == 0 or granted.mailings == mailings
    assert again.letters == 0 or granted.letters == letters


@given(st.lists(LIMITS, min_size=1, max_size=3), st.integers(1, 50), st.booleans())
def test_after_the_wait_so_many_may_go(limits: list[Limit], mails: int, letters: bool) -> None:
    empty = [full(limit, NOW).without(int(limit.capacity)) for limit in limits]
    mails = min(mails, *(int(limit.capacity - (0 if letters else limit.reserve)) for limit in limits))
    wait = grant(empty, NOW, letters=0, mailings=0).wait(mails, letters=letters)
    later = NOW + wait + timedelta(milliseconds=1)
    asked = {"letters": mails, "mailings": 0} if letters else {"letters": 0, "mailings": mails}
    granted = grant(empty, later, **asked)
    assert granted.letters + granted.mailings == mails


def test_over_an_hour_the_rate_is_that_of_the_second() -> None:
    buckets = grant(filled(Limit(3, Period.SECOND)), NOW, letters=3, mailings=0).buckets
    sent = 0
    for half in range(1, 7201):
        granted = grant(buckets, NOW + timedelta(seconds=half / 2), letters=100, mailings=0)
        buckets, sent = granted.buckets, sent + granted.letters
    assert sent == 3 * 3600


@dataclass(frozen=True)
class Step:
    """A process asks for mails after a while; some leave, ``late``, and the others are put back, or never.

    ``pause`` in hundredths of a period. ``put_back``: what was not used of all steps until now is put back
    before. ``capacity``: the limit since then.
    """

    pause: int
    mails: int
    used: int
    late: float
    put_back: bool
    capacity: int


@dataclass
class Played:
    """What came of some steps. ``left``: when each mail left."""

    bucket: Bucket
    now: datetime
    left: list[datetime]


STEPS = st.lists(
    st.builds(
        Step,
        pause=st.integers(0, 120),
        mails=st.integers(0, 30),
        used=st.integers(0, 30),
        late=st.floats(0, HELD.total_seconds()),
        put_back=st.booleans(),
        capacity=st.integers(1, 20),
    ),
    max_size=40,
)
SLOW_LIMITS = st.builds(Limit, st.integers(1, 20), st.sampled_from([Period.HOUR, Period.DAY]))


def play(limit: Limit, steps: list[Step], *, changing: bool = False) -> Played:
    """Play steps, and look at each that the mails of the last period are within the limit."""
    played = Played(full(limit, NOW), NOW, [])
    unused: list[tuple[int, datetime]] = []
    for step in steps:
        played.now += limit.length * step.pause / 100
        if changing:
            played.bucket = replace(played.bucket, limit=Limit(step.capacity, limit.period))
        if step.put_back:
            for mails, taken in unused:
                played.bucket = played.bucket.with_unused(mails, taken)
            unused = []
        granted = grant([played.bucket], played.now, letters=step.mails, mailings=0)
        (played.bucket,) = granted.buckets
        used = min(step.used, granted.letters)
        unused.append((granted.letters - used, granted.at))
        lately = sum(at > played.now - limit.length for at in played.left)
        assert granted.letters == 0 or lately + granted.letters <= played.bucket.limit.capacity
        assert 0 <= played.bucket.tokens <= played.bucket.limit.capacity
        played.left += [played.now + timedelta(seconds=step.late)] * used
    return played


@given(SLOW_LIMITS, STEPS)
def test_in_no_hour_and_no_day_do_more_mails_leave_than_the_limit(limit: Limit, steps: list[Step]) -> None:
    """Whenever it begins, and whatever is put back, and when: a log of all that left says so."""
    left = play(limit, steps).left
    most = max((sum(at <= other < at + limit.length for other in left) for at in left), default=0)
    assert most <= limit.mails


@given(SLOW_LIMITS, STEPS)
def test_a_limit_that_is_changed_holds_from_then_on(limit: Limit, steps: list[Step]) -> None:
    play(limit, steps, changing=True)


@given(SLOW_LIMITS, STEPS)
def test_after_a_quiet_period_all_may_go_at_once(limit: Limit, steps: list[Step]) -> None:
    played = play(limit, steps)
    quiet = limit.length + HELD + limit.length / 60
    granted = grant([played.bucket], played.now + quiet, letters=100, mailings=0)
    assert granted.letters == limit.mails


@given(SLOW_LIMITS, STEPS, st.integers(1, 20))
def test_what_is_put_back_may_go_at_once(limit: Limit, steps: list[Step], mails: int) -> None:
    played = play(limit, steps)
    before = grant([played.bucket], played.now, letters=mails, mailings=0)
    (bucket,) = before.buckets
    again = grant([bucket.with_unused(before.letters, before.at)], played.now, letters=mails, mailings=0)
    assert again.letters == before.letters


@pytest.mark.parametrize("period", [Period.HOUR, Period.DAY])
def test_list_of_what_is_out_stays_short(period: Period) -> None:
    bucket: Bucket = full(Limit(100_000, period), NOW)
    longest = 0
    for step in range(3000):
        (bucket,) = grant([bucket], NOW + bucket.limit.length * step / 1000, letters=9, mailings=0).buckets
        assert isinstance(bucket, CountingBucket)
        longest = max(longest, len(bucket.out))
    assert 60 <= longest <= MOST_RETURNS


def test_who_is_beyond_the_tokens_of_an_hour_waits_for_the_next_hours() -> None:
    granted = grant(filled(Limit(100, Period.HOUR)), NOW, letters=0, mailings=90)
    waits = [granted.wait(mails, letters=False) for mails in (1, 90, 91, 181)]
    first = waits[0]
    assert timedelta(hours=1) < first <= timedelta(hours=1, minutes=2)
    assert waits == [first, first, first + timedelta(hours=1), first + timedelta(hours=2)]


def test_a_tenth_is_left_to_one_to_one_mail() -> None:
    granted = grant(filled(Limit(100, Period.HOUR)), NOW, letters=0, mailings=1000)
    assert granted.mailings == 90
    assert grant(granted.buckets, NOW, letters=1000, mailings=0).letters == 10


def test_one_to_one_mail_goes_before_editions() -> None:
    granted = grant(filled(Limit(5, Period.SECOND)), NOW, letters=4, mailings=100)
    assert (granted.letters, granted.mailings) == (4, 1)


def test_the_clock_going_back_takes_nothing_away() -> None:
    for bucket in (
        EvenBucket(limit=Limit(5, Period.SECOND), tokens=3.0, at=NOW),
        full(Limit(5, Period.HOUR), NOW).without(3),
    ):
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
