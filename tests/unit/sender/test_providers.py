"""Providers in trouble: fewer mails, none, and more again; every pair of the table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from services.sender.domain.providers import (
    CALM,
    SLOWEST,
    TRANSITIONS,
    Flow,
    Provider,
    Seen,
    Sign,
    apply,
    notice,
)
from services.sender.domain.states import Ignored
from shared.sending_limits import domains_of, provider_of

NOW = datetime(2027, 2, 17, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FLOWING = Provider("example.org", NOW - MINUTE, NOW - MINUTE)
SLOWED = replace(FLOWING, flow=Flow.SLOWED, rate=8.0, ceiling=64.0)
PAUSED = replace(FLOWING, flow=Flow.PAUSED, blames=tuple(range(1, 11)), answers=10)


@pytest.mark.parametrize("pair", list(product(Flow, Sign)), ids=lambda pair: f"{pair[0]}-{pair[1]}")
def test_every_pair_is_a_transition_or_has_its_reason(pair: tuple[Flow, Sign]) -> None:
    before = {Flow.FLOWING: FLOWING, Flow.SLOWED: SLOWED, Flow.PAUSED: PAUSED}[pair[0]]
    after = apply(before, pair[1], NOW)
    expected = TRANSITIONS[pair]
    if isinstance(expected, Ignored):
        assert expected.because
        assert after == before
    else:
        assert after.flow is expected
        assert after.changed_at == NOW
    assert (after.flow is Flow.SLOWED) == (after.rate is not None) == (after.ceiling is not None)
    assert after.rate is None or SLOWEST <= after.rate <= (after.ceiling or 0)


def test_only_a_person_ends_a_pause() -> None:
    leaving = {sign for (flow, sign), to in TRANSITIONS.items() if flow is Flow.PAUSED and to is not flow}
    assert {sign for sign in leaving if not isinstance(TRANSITIONS[Flow.PAUSED, sign], Ignored)} == {
        Sign.RESUMED
    }


def test_trouble_halves_the_rate_and_again_after_ten_seconds() -> None:
    trouble = Seen(answers=40, seconds=1.0, troubled=20, reply="451 4.3.0 Later")
    first = notice(FLOWING, trouble, NOW)
    assert (first.flow, first.rate, first.ceiling, first.reply) == (
        Flow.SLOWED,
        20.0,
        40.0,
        "451 4.3.0 Later",
    )
    assert notice(first, trouble, NOW + timedelta(seconds=5)).rate == 20.0
    assert notice(first, trouble, NOW + timedelta(seconds=10)).rate == 10.0


def test_single_answers_of_4xx_among_many_slow_nothing_down() -> None:
    assert notice(FLOWING, Seen(answers=100, seconds=1.0, troubled=9), NOW).flow is Flow.FLOWING


def test_calm_doubles_the_rate_until_it_is_what_it_was() -> None:
    provider, now, rates = SLOWED, NOW, []
    while provider.flow is Flow.SLOWED:
        rates.append(provider.rate)
        now += CALM
        provider = notice(provider, Seen(answers=100, seconds=1.0), now)
    assert rates == [8.0, 16.0, 32.0]
    assert provider.flow is Flow.FLOWING


def test_rate_does_not_grow_soon_after_trouble() -> None:
    troubled = replace(SLOWED, changed_at=NOW - timedelta(seconds=5))
    troubled = notice(troubled, Seen(answers=10, seconds=1.0, troubled=10), NOW)
    assert notice(troubled, Seen(answers=10, seconds=1.0), NOW + CALM - timedelta(seconds=1)).rate == 8.0
    assert notice(troubled, Seen(answers=10, seconds=1.0), NOW + CALM).rate == 16.0


def test_ten_blames_among_two_hundred_answers_pause() -> None:
    blamed = notice(FLOWING, Seen(answers=200, seconds=1.0, blames=range(1, 201, 20)), NOW)
    assert (blamed.flow, blamed.blamed) == (Flow.PAUSED, 10)


def test_nine_blames_or_ten_among_more_do_not() -> None:
    assert notice(FLOWING, Seen(200, 1.0, blames=range(9)), NOW).flow is Flow.FLOWING
    thinly = Seen(answers=231, seconds=1.0, blames=range(1, 231, 23))
    assert len(thinly.blames) == 10
    assert notice(FLOWING, thinly, NOW).flow is Flow.FLOWING


def test_blames_add_up_over_looks_and_processes() -> None:
    provider = FLOWING
    for number in range(10):
        assert provider.flow is Flow.FLOWING
        provider = notice(
            provider, Seen(answers=10, seconds=1.0, blames=[3]), NOW + timedelta(seconds=number)
        )
    assert provider.flow is Flow.PAUSED


def test_resumed_provider_starts_slowly_and_with_a_clean_sheet() -> None:
    resumed = apply(PAUSED, Sign.RESUMED, NOW)
    assert (resumed.flow, resumed.rate, resumed.blames) == (Flow.SLOWED, SLOWEST, ())
    assert notice(resumed, Seen(answers=1, seconds=1.0), NOW).flow is Flow.SLOWED


def test_domains_of_one_provider_are_one() -> None:
    assert provider_of("anna@gmail.com") == provider_of("bo@googlemail.com") == "google"
    assert provider_of("anna@kretsen.example.org") == "kretsen.example.org"
    assert all(provider_of(f"a@{domain}") == "microsoft" for domain in domains_of("microsoft"))
    assert domains_of("kretsen.example.org") == ("kretsen.example.org",)


def test_single_blame_is_remembered_for_a_day_and_keeps_no_pace_down() -> None:
    blame = Seen(answers=100, seconds=1.0, blames=(1,))
    assert notice(FLOWING, blame, NOW).troubled_at == NOW
    assert notice(SLOWED, blame, NOW).rate == 16.0
