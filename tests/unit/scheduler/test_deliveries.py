"""What is known of a delivery does not depend on the order of the reports."""

from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduler.domain.deliveries import FINAL, Delivery, DeliveryState, latest

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
PLANNED = Delivery(DeliveryState.PLANNED)

reports = st.lists(
    st.builds(
        Delivery,
        st.sampled_from([state for state in DeliveryState if state is not DeliveryState.PLANNED]),
        st.integers(0, 3).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    ),
    min_size=1,
    max_size=6,
)


@given(reports, st.randoms(use_true_random=False))
def test_reports_in_any_order_and_twice_give_the_same(told: list[Delivery], chance: object) -> None:
    shuffled = [*told, *told]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert reduce(latest, shuffled, PLANNED) == reduce(latest, told, PLANNED)


@given(reports)
def test_a_final_state_wins(told: list[Delivery]) -> None:
    known = reduce(latest, told, PLANNED)
    assert (known.state in FINAL) == any(report.state in FINAL for report in told)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_late_deferral_changes_nothing_final(state: DeliveryState) -> None:
    final = Delivery(state, NOON)
    assert latest(final, Delivery(DeliveryState.DEFERRED, NOON + timedelta(hours=1))) == final


def test_an_uncertain_mail_may_turn_out_accepted() -> None:
    uncertain = Delivery(DeliveryState.UNCERTAIN, NOON)
    accepted = Delivery(DeliveryState.ACCEPTED, NOON)
    assert latest(uncertain, accepted) == accepted


def test_the_senders_word_beats_our_own_suppression() -> None:
    held_back = Delivery(DeliveryState.SUPPRESSED)
    accepted = Delivery(DeliveryState.ACCEPTED, NOON)
    assert latest(held_back, accepted) == accepted


def test_a_mail_that_was_accepted_and_came_back_has_failed() -> None:
    accepted = Delivery(DeliveryState.ACCEPTED, NOON)
    came_back = Delivery(DeliveryState.FAILED, NOON + timedelta(microseconds=1), "bounce hard 5.1.1")
    assert latest(accepted, came_back) == latest(came_back, accepted) == came_back
