"""The states of a step, walked over all pairs."""

import itertools
from datetime import UTC, datetime
from typing import get_args

import pytest

from services.onboarding.domain.steps import TABLE, Ignored, Input, State, conclude, step
from shared.contracts.sender import MessageConcluded

PAIRS = list(itertools.product(State, Input))
REPORTS = [Input(state) for state in get_args(MessageConcluded.model_fields["state"].annotation)]


@pytest.mark.parametrize(("state", "given"), PAIRS)
def test_every_pair_is_a_transition_or_says_why_it_is_ignored(state: State, given: Input) -> None:
    following = step(state, given)
    assert isinstance(following, State) or len(following.because) > 10


def test_the_table_holds_nothing_else() -> None:
    assert set(TABLE) == set(State)
    assert all(set(row) == set(Input) for row in TABLE.values())


def test_every_report_of_the_sender_is_an_input() -> None:
    assert set(REPORTS) == {Input.ACCEPTED, Input.FAILED, Input.SUPPRESSED, Input.UNCERTAIN}


def ends(reports: tuple[tuple[Input, int], ...]) -> State:
    """Return where a step is after reports, each with the minute of its moment, in the order they came."""
    state, concluded_at = State.SENT, None
    for given, minute in reports:
        at = datetime(2026, 11, 23, 9, minute, tzinfo=UTC)
        following = conclude(state, concluded_at, given, at)
        if isinstance(following, State):
            state = following
            concluded_at = at if state in {State.DONE, State.FAILED} else concluded_at
    return state


BEFORE = ((Input.FAILED, 1), (Input.SUPPRESSED, 1), (Input.UNCERTAIN, 2))


@pytest.mark.parametrize("reports", list(itertools.permutations((*BEFORE, (Input.ACCEPTED, 3)))))
def test_a_mail_that_was_accepted_is_done_in_whichever_order_the_reports_come(
    reports: tuple[tuple[Input, int], ...],
) -> None:
    assert ends(reports) is State.DONE


@pytest.mark.parametrize("reports", list(itertools.permutations(((Input.ACCEPTED, 3), (Input.FAILED, 4)))))
def test_a_mail_that_came_back_has_failed_in_whichever_order_the_reports_come(
    reports: tuple[tuple[Input, int], ...],
) -> None:
    assert ends(reports) is State.FAILED


@pytest.mark.parametrize("state", [State.SENT, State.UNCERTAIN, State.DONE, State.FAILED])
def test_a_mail_is_asked_for_once(state: State) -> None:
    assert isinstance(step(state, Input.SEND), Ignored)
    assert isinstance(step(state, Input.MISS), Ignored)


@pytest.mark.parametrize(("state", "given"), list(itertools.product([State.WAITING, State.MISSING], REPORTS)))
def test_nothing_is_done_that_was_not_asked_for(state: State, given: Input) -> None:
    assert isinstance(step(state, given), Ignored)


def test_only_a_mail_that_comes_back_undoes_what_is_done() -> None:
    undone = [given for given in Input if not isinstance(step(State.DONE, given), Ignored)]
    assert undone == [Input.FAILED]
