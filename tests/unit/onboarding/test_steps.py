"""The states of a step, walked over all pairs."""

import itertools
from typing import get_args

import pytest

from services.onboarding.domain.steps import TABLE, Ignored, Input, State, step
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


@pytest.mark.parametrize("reports", list(itertools.permutations(REPORTS)))
def test_a_mail_that_was_accepted_is_done_in_whichever_order_the_reports_come(
    reports: tuple[Input, ...],
) -> None:
    state = State.SENT
    for given in reports:
        following = step(state, given)
        state = following if isinstance(following, State) else state
    assert state is State.DONE


@pytest.mark.parametrize("state", [State.SENT, State.UNCERTAIN, State.DONE, State.FAILED])
def test_a_mail_is_asked_for_once(state: State) -> None:
    assert isinstance(step(state, Input.SEND), Ignored)
    assert isinstance(step(state, Input.MISS), Ignored)


@pytest.mark.parametrize(("state", "given"), list(itertools.product([State.WAITING, State.MISSING], REPORTS)))
def test_nothing_is_done_that_was_not_asked_for(state: State, given: Input) -> None:
    assert isinstance(step(state, given), Ignored)


def test_done_is_final() -> None:
    assert all(isinstance(step(State.DONE, given), Ignored) for given in Input)
