"""How far an edition has come, and when it will be through: said only when it is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.sender.domain.progress import Counts, standing
from services.sender.domain.states import State

NOW = datetime(2027, 2, 17, 8, 5, tzinfo=UTC)
GOING = Counts(
    announced=1905,
    by_state={
        State.PLANNED: 400,
        State.CLAIMED: 80,
        State.SUBMITTING: 20,
        State.ACCEPTED: 1200,
        State.DEFERRED: 100,
        State.FAILED: 60,
        State.SUPPRESSED: 30,
        State.UNCERTAIN: 10,
        State.BOUNCED: 5,
    },
    tried=1395,
    recent=1200,
    first_accepted=NOW - timedelta(minutes=5),
    last_retry=timedelta(seconds=10),
    runs=True,
    stopped=False,
)


def end(counts: Counts) -> timedelta | None:
    """Return in how long the edition is expected to be through."""
    expected = standing(counts, NOW).expected_end
    return expected - NOW if expected else None


def test_every_mail_counts_once() -> None:
    seen = standing(GOING, NOW)
    assert (seen.prepared, seen.handed_over) == (1905, 1395)
    assert (seen.accepted, seen.refused, seen.suppressed, seen.uncertain) == (1200, 60, 30, 10)
    assert (seen.left, seen.deferred) == (600, 100)
    over = seen.accepted + seen.bounced + seen.refused + seen.suppressed + seen.uncertain
    assert (seen.bounced, over + seen.left) == (5, seen.prepared)


def test_mails_that_are_announced_and_not_here_yet_are_left() -> None:
    assert standing(replace(GOING, announced=2005), NOW).left == 700
    assert standing(replace(GOING, announced=2005, runs=False, stopped=True), NOW).left == 600


def test_expected_end_follows_the_rate_of_the_last_minute() -> None:
    assert standing(GOING, NOW).rate == 20.0
    assert end(GOING) == timedelta(seconds=500 / 20)


def test_rate_is_not_made_small_by_a_minute_that_is_not_over() -> None:
    assert standing(replace(GOING, first_accepted=NOW - timedelta(seconds=10)), NOW).rate == 120.0


def test_end_is_not_before_the_last_deferred_mail_is_tried_again() -> None:
    assert end(replace(GOING, last_retry=timedelta(minutes=15))) == timedelta(minutes=15)


def test_edition_with_only_deferred_mail_left_ends_at_its_last_retry_whatever_the_rate() -> None:
    waiting = replace(
        GOING,
        announced=110,
        by_state={State.ACCEPTED: 100, State.DEFERRED: 10},
        recent=0,
        last_retry=timedelta(minutes=30),
    )
    assert (standing(waiting, NOW).left, standing(waiting, NOW).rate) == (10, 0.0)
    assert end(waiting) == timedelta(minutes=30)


def test_no_end_is_promised_when_nothing_moves_or_nothing_may() -> None:
    assert end(replace(GOING, recent=0)) is None
    assert end(replace(GOING, runs=False)) is None
    assert end(replace(GOING, first_accepted=None, recent=0)) is None


def test_nothing_is_expected_of_what_is_through() -> None:
    through = replace(GOING, announced=1200, by_state={State.ACCEPTED: 1200})
    assert (standing(through, NOW).left, end(through)) == (0, None)
