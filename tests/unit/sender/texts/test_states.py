"""The life of a text: every pair is decided, and the order of reports makes no difference."""

from functools import partial
from itertools import permutations, product

from services.sender.domain.states import Ignored
from services.sender.domain.texts.reports import Said, Told, of_whole, stronger
from services.sender.domain.texts.states import TRANSITIONS, Input, State, step

REPORTS = (Input.REPORT_SENT, Input.REPORT_FAILED, Input.REPORT_DELIVERED)


def after(*given: Input) -> State:
    """Return where inputs lead from a new text."""
    state = State.PLANNED
    for each in given:
        found = step(state, each)
        state = found if isinstance(found, State) else state
    return state


def test_every_pair_is_a_transition_or_has_its_reason() -> None:
    assert set(TRANSITIONS) == set(product(State, Input))
    assert all(each.because for each in TRANSITIONS.values() if isinstance(each, Ignored))


def test_every_state_can_be_reached_and_left_only_for_a_reason() -> None:
    assert {each for each in TRANSITIONS.values() if isinstance(each, State)} == set(State)
    assert {state for state in State if all(isinstance(step(state, i), Ignored) for i in Input)} == {
        State.DELIVERED
    }


def test_nothing_is_submitted_that_was_not_written_down() -> None:
    entering = {pair for pair, found in TRANSITIONS.items() if found is State.SUBMITTING}
    assert entering == {(State.PLANNED, Input.BEGIN), (State.DEFERRED, Input.BEGIN)}


def test_reports_and_the_answer_lead_to_the_same_state_in_any_order() -> None:
    for size in range(4):
        for heard in product(REPORTS, repeat=size):
            found = {after(Input.BEGIN, *order) for order in permutations((Input.ACCEPT, *heard))}
            assert len(found) == 1, heard
            expected = State.ACCEPTED
            if Input.REPORT_FAILED in heard:
                expected = State.FAILED
            if Input.REPORT_DELIVERED in heard:
                expected = State.DELIVERED
            assert found == {expected}


def test_a_report_settles_what_was_uncertain() -> None:
    assert after(Input.BEGIN, Input.LOSE, Input.REPORT_SENT) is State.ACCEPTED
    assert after(Input.BEGIN, Input.LOSE, Input.REPORT_FAILED) is State.FAILED


def test_a_report_on_a_text_that_is_to_be_sent_again_saves_the_second() -> None:
    assert after(Input.BEGIN, Input.LOSE, Input.RESEND, Input.REPORT_DELIVERED) is State.DELIVERED


def test_a_yes_that_comes_after_all_saves_the_second() -> None:
    assert after(Input.BEGIN, Input.LOSE, Input.RESEND, Input.ACCEPT) is State.ACCEPTED
    assert after(Input.BEGIN, Input.LOSE, Input.RESEND, Input.REFUSE) is State.PLANNED


def test_what_reached_the_phone_stays_delivered() -> None:
    assert after(Input.BEGIN, Input.ACCEPT, Input.REPORT_DELIVERED, *Input) is State.DELIVERED


def test_the_stronger_report_on_a_part_holds() -> None:
    for first, second in product(Said, repeat=2):
        assert stronger(stronger(None, first), second) is stronger(stronger(None, second), first)
    assert stronger(Said.DELIVERED, Said.FAILED) is Said.DELIVERED


def told(*said: Said | None, attempt: int = 1) -> list[Told]:
    return [Told(each, attempt) for each in said]


def test_a_text_is_delivered_when_all_its_parts_are() -> None:
    assert of_whole(told(None, None), 2, 1) is None
    assert of_whole(told(Said.DELIVERED, None), 2, 1) is Input.REPORT_SENT
    assert of_whole(told(Said.DELIVERED, Said.FAILED), 2, 1) is Input.REPORT_FAILED
    assert of_whole(told(Said.DELIVERED, Said.DELIVERED), 2, 1) is Input.REPORT_DELIVERED
    assert of_whole(told(Said.FAILED, Said.DELIVERED), 1, 1) is Input.REPORT_DELIVERED


def test_an_earlier_attempt_that_failed_says_nothing_of_a_later_one() -> None:
    failed, later = told(Said.FAILED, attempt=1), partial(told, attempt=2)
    assert of_whole(failed, 1, 2) is None
    assert of_whole([*failed, *later(None)], 1, 2) is None
    assert of_whole([*failed, *later(Said.SENT)], 1, 2) is Input.REPORT_SENT
    assert of_whole([*failed, *later(Said.FAILED)], 1, 2) is Input.REPORT_FAILED
    assert of_whole([*told(Said.DELIVERED), *later(Said.FAILED)], 1, 2) is Input.REPORT_DELIVERED


def test_parts_of_two_attempts_do_not_make_a_whole() -> None:
    halves = [*told(Said.DELIVERED, attempt=1), *told(Said.DELIVERED, attempt=2)]
    assert of_whole(halves, 2, 2) is Input.REPORT_SENT
