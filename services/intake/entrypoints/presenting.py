"""Orders as the API shows them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from services.intake.domain.checklist import Point
from services.intake.domain.orders import Order, Reason
from services.intake.domain.refusals import Refusal
from services.intake.domain.rules import TextRules
from services.intake.entrypoints.models import (
    AnswerClock,
    AnswerOut,
    OrderMailOut,
    OrderOut,
    OrderSummary,
    PointOut,
    ReasonOut,
    RefusedOrder,
    StepOut,
    TextMessageOut,
)
from services.intake.use_cases.show_orders import Detailed, Shown
from shared.texting import Measured, measure, tidy


def summary(shown: Shown, *, with_person: bool) -> OrderSummary:
    """Return an order for a list; without the orderer for those who read figures (F4)."""
    return OrderSummary(**_summary(shown, with_person=with_person))


def whole(detailed: Detailed) -> OrderOut:
    order = detailed.shown.order
    wish = order.wish
    return OrderOut(
        **_summary(detailed.shown, with_person=True),
        texts={language: asdict(words) for language, words in (wish.texts or {}).items()},
        text_messages=_text_messages(order, detailed.text_rules),
        audience=_audience(order),
        faq=asdict(wish.faq) if wish.faq else None,
        not_before=wish.not_before,
        sender=wish.sender,
        accepted_at=order.accepted_at,
        edition_id=order.edition_id,
        send_at=order.send_at,
        schedule_note=order.schedule_note,
        withdrawn_because=order.withdrawn_because,
        stopped_because=order.stopped_because,
        corrects=order.corrects,
        came_as=OrderMailOut.model_validate(dict(detailed.mail)) if detailed.mail else None,
        answers=[AnswerOut.model_validate(dict(answer)) for answer in detailed.answers],
        history=[StepOut.model_validate(dict(step)) for step in detailed.history],
    )


def refused(order: Order, refusals: Sequence[Refusal]) -> RefusedOrder:
    """Return the problem of an order that was refused outright."""
    first = next(refusal for refusal in refusals if refusal.outright).reason()
    return RefusedOrder(
        type=f"urn:onsdag:rule:{first.rule}",
        title="The order breaks a rule and has been returned",
        status=422,
        detail=f"{first.sv} ({first.rule})",
        rule=first.rule,
        order_id=order.order_id,
        reasons=tuple(_reasons(order.reasons)),
    )


def _summary(shown: Shown, *, with_person: bool) -> dict[str, Any]:
    order = shown.order
    return {
        "order_id": order.order_id,
        "unit_id": order.wish.unit_id,
        "unit_name": shown.unit_name,
        "ordered_by": order.wish.ordered_by if with_person else None,
        "title": order.wish.title,
        "order_class": order.wish.order_class,
        "channel": order.wish.channel,
        "urgency": order.wish.urgency,
        "state": order.state,
        "received_at": order.received_at,
        "submitted_at": order.submitted_at,
        "completed_at": order.completed_at,
        "wednesday": order.wednesday,
        "recipients": order.recipients,
        "excluded": dict(order.excluded) if order.excluded is not None else None,
        "reasons": _reasons(order.reasons if with_person else ()),
        "checklist": [_point(point, with_person=with_person) for point in shown.checklist],
        "answer": AnswerClock(urgency=shown.urgency, due=order.answer_due, answered_at=order.answered_at),
    }


def _text_messages(order: Order, rules: TextRules) -> dict[Any, TextMessageOut] | None:
    if order.wish.channel != "sms":
        return None
    return {
        language: _text_message(measure(tidy(words.markdown)), rules)
        for language, words in (order.wish.texts or {}).items()
    }


def _text_message(measured: Measured, rules: TextRules) -> TextMessageOut:
    return TextMessageOut(
        encoding=measured.encoding,
        characters=measured.units,
        parts=len(measured.parts),
        foreign=list(measured.foreign),
        cost=rules.price * len(measured.parts),
        currency=rules.currency,
    )


def _audience(order: Order) -> dict[str, Any] | None:
    audience = order.wish.audience
    return None if audience is None else asdict(audience)


def _point(point: Point, *, with_person: bool) -> PointOut:
    missing = _reasons(point.missing if with_person else ())
    return PointOut(point=point.name, sv=point.sv, en=point.en, met=point.met, missing=missing)


def _reasons(reasons: Sequence[Reason]) -> list[ReasonOut]:
    return [ReasonOut(**asdict(reason)) for reason in reasons]
