"""What a chaos run does follows from its seed."""

from collections import Counter

import pytest

from deploy.chaos.plan import LONGEST_PAUSE, SHORTEST_PAUSE, Kind, plan


def test_same_seed_is_the_same_run() -> None:
    assert list(plan(50, seed=7)) == list(plan(50, seed=7))
    assert list(plan(50, seed=7)) != list(plan(50, seed=8))


@pytest.mark.parametrize(("kills", "others"), [(1, 1), (15, 1), (300, 30)])
def test_servers_are_restarted_among_the_kills(kills: int, others: int) -> None:
    count = Counter(each.kind for each in plan(kills, seed=1))
    assert count[Kind.KILL] == kills
    assert count[Kind.RESTART_BROKER] + count[Kind.CRASH_BROKER] == others
    assert count[Kind.RESTART_DATABASE] + count[Kind.CRASH_DATABASE] == others
    assert count[Kind.STALL] == kills // 10


def test_pauses_are_short_and_the_last_is_a_kill() -> None:
    disturbances = list(plan(60, seed=3))
    assert disturbances[-1].kind is Kind.KILL
    assert all(SHORTEST_PAUSE <= each.pause <= LONGEST_PAUSE for each in disturbances)
