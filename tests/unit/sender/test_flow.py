"""Pause, resume and stop, in whatever order they come."""

from itertools import permutations

import pytest

from services.sender.domain.flow import Flow, Ordered, after

START = Ordered(Flow.RUNNING, 0)
PAUSE, RESUME, AGAIN, STOP = (
    Ordered(Flow.PAUSED, 1),
    Ordered(Flow.RUNNING, 2),
    Ordered(Flow.PAUSED, 3),
    Ordered(Flow.STOPPED, 4),
)


@pytest.mark.parametrize("said", [(PAUSE, RESUME), (PAUSE, RESUME, AGAIN), (PAUSE, RESUME, AGAIN, STOP)])
def test_what_holds_is_what_was_ordered_last_in_whatever_order_it_comes_and_however_often(
    said: tuple[Ordered, ...],
) -> None:
    for order in permutations(said + said[:2]):
        known = START
        for given in order:
            known = after(known, given)
        assert known == said[-1]


def test_nothing_takes_back_a_stop() -> None:
    assert after(STOP, Ordered(Flow.RUNNING, 9)) == STOP
