"""The life of a mail, walked over all pairs."""

from itertools import product

import pytest

from services.sender.domain.states import TRANSITIONS, Ignored, Input, State, sources


@pytest.mark.parametrize(("state", "given"), list(product(State, Input)))
def test_every_pair_is_a_transition_or_ignored_because(state: State, given: Input) -> None:
    after = TRANSITIONS[state, given]
    assert isinstance(after, State) or (isinstance(after, Ignored) and after.because)


def test_table_has_no_other_pairs() -> None:
    assert len(TRANSITIONS) == len(State) * len(Input)


@pytest.mark.parametrize("final", [State.FAILED, State.SUPPRESSED, State.BOUNCED])
def test_outcome_is_for_ever(final: State) -> None:
    assert all(isinstance(TRANSITIONS[final, given], Ignored) for given in Input)


def test_what_was_accepted_can_only_come_back() -> None:
    leads = {given: TRANSITIONS[State.ACCEPTED, given] for given in Input}
    assert {given: after for given, after in leads.items() if isinstance(after, State)} == {
        Input.BOUNCE: State.BOUNCED
    }


def test_what_came_back_was_not_lost() -> None:
    assert sources(Input.BOUNCE) == [(State.UNCERTAIN, State.BOUNCED), (State.ACCEPTED, State.BOUNCED)]


def test_every_other_state_leads_to_an_outcome() -> None:
    final = {State.ACCEPTED, State.FAILED, State.SUPPRESSED, State.BOUNCED}
    leads = set(final)
    for _ in State:
        leads |= {state for (state, _), after in TRANSITIONS.items() if after in leads}
    assert leads == set(State)


def test_nothing_is_submitted_that_was_not_leased_first() -> None:
    assert sources(Input.BEGIN) == [(State.CLAIMED, State.SUBMITTING)]


def test_opt_out_stops_what_has_not_begun() -> None:
    assert sources(Input.SUPPRESS) == [(State.CLAIMED, State.SUPPRESSED)]


def test_crash_leaves_only_what_was_begun_uncertain() -> None:
    assert dict(sources(Input.LOSE)) == {
        State.CLAIMED: State.PLANNED,
        State.SUBMITTING: State.UNCERTAIN,
    }


def test_uncertain_mail_waits_for_a_decision() -> None:
    assert isinstance(TRANSITIONS[State.UNCERTAIN, Input.LEASE], Ignored)
    assert sources(Input.RESEND) == [(State.UNCERTAIN, State.PLANNED)]
    assert sources(Input.DROP) == [(State.UNCERTAIN, State.FAILED)]
