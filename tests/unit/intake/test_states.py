"""The state machine of an order, walked over all its pairs."""

import itertools

import pytest

from services.intake.domain.orders import WrongState, advance, note
from services.intake.domain.states import KNOWN_TO_SCHEDULER, TABLE, Ignored, Input, State, step
from tests.unit.intake.orders import order

PAIRS = list(itertools.product(State, Input))
REPORTS = (Input.SCHEDULE, Input.FREEZE, Input.RELEASE, Input.COMPLETE)


@pytest.mark.parametrize(("state", "given"), PAIRS)
def test_every_pair_is_a_transition_or_says_why_it_is_ignored(state: State, given: Input) -> None:
    following = step(state, given)
    assert isinstance(following, State) or len(following.because) > 10


def test_the_table_holds_nothing_else() -> None:
    assert set(TABLE) == set(State)
    assert all(set(row) == set(Input) for row in TABLE.values())


@pytest.mark.parametrize(("state", "given"), PAIRS)
def test_what_the_table_ignores_is_refused_to_people_and_changes_nothing_for_reports(
    state: State, given: Input
) -> None:
    before = order(state)
    following = step(state, given)
    if isinstance(following, Ignored):
        with pytest.raises(WrongState, match=following.because):
            advance(before, given)
        assert note(before, given) == before
    else:
        assert advance(before, given).state == note(before, given).state == following


@pytest.mark.parametrize("reports", list(itertools.permutations(REPORTS)))
def test_reports_in_any_order_end_in_sent(reports: tuple[Input, ...]) -> None:
    reported = order(State.ACCEPTED)
    for given in reports:
        reported = note(reported, given)
    assert reported.state == State.SENT


@pytest.mark.parametrize("reports", list(itertools.permutations(REPORTS[:2])))
def test_a_freeze_that_overtakes_the_schedule_still_locks(reports: tuple[Input, ...]) -> None:
    reported = order(State.ACCEPTED)
    for given in reports:
        reported = note(reported, given)
    assert reported.state == State.LOCKED


@pytest.mark.parametrize("state", [State.ACCEPTED, State.SCHEDULED, State.LOCKED, State.SENDING])
@pytest.mark.parametrize("late", REPORTS)
def test_a_stop_is_the_end_whatever_report_comes_late(state: State, late: Input) -> None:
    assert note(note(order(state), Input.STOP), late).state == State.STOPPED


def test_no_report_makes_an_order_known_that_was_never_accepted() -> None:
    for state, given in itertools.product((State.DRAFT, State.SUBMITTED, State.RETURNED), REPORTS):
        assert isinstance(step(state, given), Ignored)


def test_an_order_is_withdrawn_until_its_mails_leave_and_not_after() -> None:
    withdrawable = {state for state in State if step(state, Input.WITHDRAW) == State.WITHDRAWN}
    assert withdrawable == {
        State.DRAFT, State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.SCHEDULED, State.LOCKED,
    }  # fmt: skip


def test_what_the_scheduler_knows_is_never_edited() -> None:
    assert all(isinstance(step(state, Input.EDIT), Ignored) for state in KNOWN_TO_SCHEDULER)
