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
    window,
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


@pytest.mark.parametrize("state", [EditionState.RELEASING, EditionState.PAUSED])
def test_what_was_handed_over_in_part_is_never_decided_anew(state: EditionState) -> None:
    with pytest.raises(EditionRefuses, match="finishing"):
        after(state, EditionInput.REOPEN)


def test_what_its_days_end_meets_on_its_way_is_paused_and_goes_on_as_it_was_decided() -> None:
    paused = after(EditionState.RELEASING, EditionInput.MISS)
    assert paused is EditionState.PAUSED
    assert after(paused, EditionInput.RESUME) is EditionState.RELEASING


def test_what_a_person_holds_is_not_opened_by_the_calendar() -> None:
    with pytest.raises(EditionRefuses, match="a person"):
        after(EditionState.HELD, EditionInput.REOPEN)


def test_what_was_paused_before_it_left_goes_on_as_it_was_decided() -> None:
    held = after(EditionState.FROZEN, EditionInput.PAUSE)
    assert after(held, EditionInput.RESUME) is EditionState.FROZEN


def test_what_was_missed_while_it_was_held_waits_for_a_person_and_is_decided_anew() -> None:
    parked = after(EditionState.HELD, EditionInput.MISS)
    assert parked is EditionState.PARKED
    assert after(parked, EditionInput.RESUME) is EditionState.OPEN


@pytest.mark.parametrize("state", [EditionState.RELEASING, EditionState.RELEASED])
def test_what_was_paused_on_its_way_is_handed_over_to_the_end(state: EditionState) -> None:
    paused = after(state, EditionInput.PAUSE)
    assert after(paused, EditionInput.RESUME) is EditionState.RELEASING


@pytest.mark.parametrize("state", [EditionState.STOPPED, EditionState.COMPLETED, EditionState.DISSOLVED])
@pytest.mark.parametrize("event", list(EditionInput))
def test_nothing_starts_again_what_is_over(state: EditionState, event: EditionInput) -> None:
    with pytest.raises(EditionRefuses):
        after(state, event)


def test_only_what_has_not_left_is_released() -> None:
    sources = {s for s in EditionState if TRANSITIONS[s, EditionInput.RELEASE] is EditionState.RELEASING}
    assert sources == {EditionState.FROZEN}


def test_the_undo_window_is_where_it_was_planned_or_later_and_never_shorter() -> None:
    release, undo = datetime(2026, 3, 4, 8, 0, tzinfo=UTC), timedelta(minutes=5)
    early, late = release - timedelta(days=1), release - timedelta(minutes=2)
    assert window(release, early, undo) == (release - undo, release)
    assert window(release, late, undo) == (late, late + undo)
