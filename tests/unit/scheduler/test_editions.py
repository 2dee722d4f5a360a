"""The life of an edition."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from services.scheduler.domain.editions import (
    TRANSITIONS,
    EditionInput,
    EditionRefuses,
    EditionState,
    after,
    is_missed,
)


@pytest.mark.parametrize(("state", "event"), list(product(EditionState, EditionInput)))
def test_every_state_and_input_is_a_transition_or_refused_with_a_sentence(
    state: EditionState, event: EditionInput
) -> None:
    outcome = TRANSITIONS[state, event]
    if isinstance(outcome, EditionState):
        assert after(state, event) is outcome
        assert outcome is not state
    else:
        with pytest.raises(EditionRefuses, match=outcome):
            after(state, event)


def test_the_table_holds_nothing_else() -> None:
    assert set(TRANSITIONS) == set(product(EditionState, EditionInput))


def test_an_edition_is_frozen_and_released_once_on_its_way() -> None:
    state = EditionState.OPEN
    for event in (EditionInput.FREEZE, EditionInput.RELEASE, EditionInput.HAND_OVER, EditionInput.SETTLE):
        state = after(state, event)
        with pytest.raises(EditionRefuses):
            after(state, event)
    assert state is EditionState.COMPLETED


def test_every_state_can_be_reached() -> None:
    reached = {EditionState.OPEN}
    while (
        more := {
            outcome
            for (state, _), outcome in TRANSITIONS.items()
            if state in reached and isinstance(outcome, EditionState)
        }
        - reached
    ):
        reached |= more
    assert reached == set(EditionState)


def test_what_was_handed_over_in_part_is_never_parked() -> None:
    with pytest.raises(EditionRefuses, match="finishing"):
        after(EditionState.RELEASING, EditionInput.MISS)


def test_an_edition_is_missed_after_the_limit_and_not_at_it() -> None:
    release, limit = datetime(2026, 3, 4, 8, 0, tzinfo=UTC), timedelta(hours=12)
    assert not is_missed(release, release + limit, limit)
    assert is_missed(release, release + limit + timedelta(seconds=1), limit)
