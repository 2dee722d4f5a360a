"""The checklist (A10): five points, each met, or missing with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.intake.domain.orders import Order, Reason
from services.intake.domain.rules import (
    Case,
    Rule,
    faq_there,
    named_person,
    not_earlier_than_allowed,
    one_sender,
    recipients_are_assignments,
    recipients_there,
    short_by_text,
    text_there,
    urgent_by_text,
)
from services.intake.domain.states import State


@dataclass(frozen=True)
class Point:
    """One point. ``missing`` is empty when it is met."""

    name: str
    sv: str
    en: str
    missing: tuple[Reason, ...]

    @property
    def met(self) -> bool:
        return not self.missing


NOT_FINAL = Reason(
    "A10",
    "NotFinal",
    "Beställningen är inte inskickad, så texten räknas inte som slutlig.",
    "The order has not been submitted, so its text does not count as final.",
)
NOT_COMPLETE = Reason(
    "A3",
    "NotComplete",
    "Tiden räknas från det att text, mottagare och FAQ alla finns.",
    "Time counts from when text, recipients and FAQ are all there.",
)

_POINTS: tuple[tuple[str, str, str, tuple[Rule, ...]], ...] = (
    ("text_final", "Texten är slutlig", "Text final", (text_there, short_by_text)),
    ("recipients_clear", "Mottagarna är klara", "Recipients clear",
     (recipients_there, recipients_are_assignments)),
    ("faq_there", "FAQ finns", "FAQ there", (faq_there,)),
    ("in_good_time", "I god tid", "In good time", (not_earlier_than_allowed, urgent_by_text)),
    ("through_the_desk", "Genom infodesken", "Through the desk", (one_sender, named_person)),
)  # fmt: skip


def checklist(order: Order, case: Case) -> tuple[Point, ...]:
    """Return the five points. An accepted order met them all, and cannot be changed since."""
    return tuple(
        Point(name, sv, en, () if order.known_to_scheduler else tuple(_missing(name, rules, order, case)))
        for name, sv, en, rules in _POINTS
    )


def _missing(name: str, rules: tuple[Rule, ...], order: Order, case: Case) -> Iterable[Reason]:
    for rule in rules:
        for refusal in rule(case):
            yield refusal.reason()
    if name == "text_final" and order.state == State.DRAFT:
        yield NOT_FINAL
    if name == "in_good_time" and not order.wish.complete:
        yield NOT_COMPLETE
