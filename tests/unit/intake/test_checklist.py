"""The checklist (A10)."""

from datetime import date
from typing import Any

from services.intake.domain.audiences import Audience
from services.intake.domain.checklist import checklist
from services.intake.domain.states import State
from tests.unit.intake.orders import case, order

NAMES = ("text_final", "recipients_clear", "faq_there", "in_good_time", "through_the_desk")


def missing(state: State, **changes: Any) -> dict[str, list[str]]:
    judged = case(**changes)
    points = checklist(order(state, wish=judged.wish), judged)
    assert tuple(point.name for point in points) == NAMES
    return {point.name: [reason.rule for reason in point.missing] for point in points if not point.met}


def test_A10_an_order_that_keeps_the_rules_has_all_five_points() -> None:
    assert missing(State.SUBMITTED) == {}


def test_A10_the_text_of_a_draft_is_not_final() -> None:
    assert missing(State.DRAFT) == {"text_final": ["A10"]}


def test_A10_each_missing_point_says_why() -> None:
    assert missing(State.RETURNED, texts={}) == {"text_final": ["A3"], "in_good_time": ["A3"]}
    assert missing(State.RETURNED, faq=None) == {"faq_there": ["A8"], "in_good_time": ["A3"]}
    assert missing(State.RETURNED, audience=Audience(("x",), units=("9",))) == {"recipients_clear": ["A7"]}
    assert missing(State.RETURNED, not_before=date(2026, 11, 11)) == {"in_good_time": ["A3"]}
    assert missing(State.RETURNED, sender="x@example.org") == {"through_the_desk": ["A1"]}
    assert missing(State.RETURNED, ordered_by="bo.ek@example.org") == {"through_the_desk": ["A9"]}


def test_A10_an_accepted_order_keeps_its_points_when_the_register_changes() -> None:
    assert missing(State.SENT, unit_id="1299") == {}
