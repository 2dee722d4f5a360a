"""The preview of a Wednesday: its figures, and what changed since somebody last looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.scheduler.domain.foresight import (
    AlikeMails,
    AlikePeople,
    SizedMails,
    Sizes,
    collisions,
    measure,
)
from services.scheduler.domain.sending_rates import Duration, Limit, duration

COLLISIONS = 100
"""The most pairs of orders that are told, those that share most people first."""

DOMAINS = 20


@dataclass(frozen=True)
class Ordered:
    """What there is to say of an order without its recipients."""

    order_id: UUID
    title: str
    unit_name: str
    order_class: str


@dataclass(frozen=True)
class OrderFigures:
    """An order's share, in people. ``together``: recipients who get another order in the same mail."""

    order_id: UUID
    title: str
    unit_name: str
    order_class: str
    position: int
    ordered: int
    recipients: int
    together: int
    excluded: Mapping[str, int]


@dataclass(frozen=True)
class SharedPeople:
    """Two orders, and how many people get both: as many mails are saved by merging these two."""

    order_ids: tuple[UUID, UUID]
    people: int


@dataclass(frozen=True)
class KindOfMail:
    """Mails with the same sections in the same language. ``example`` is the number of one's mailbox."""

    order_ids: tuple[UUID, ...]
    language: str
    mails: int
    bytes: int
    example: int


@dataclass(frozen=True)
class OrderChange:
    """How an order's recipients changed since the preview before. ``before`` is None for a new order."""

    order_id: UUID
    before: int | None
    now: int | None
    joined: int
    left: int


@dataclass(frozen=True)
class Changes:
    """The difference to the preview before."""

    since: datetime
    made_by: str
    mails_before: int
    pairs_before: int
    orders: tuple[OrderChange, ...]


@dataclass(frozen=True)
class Figures:
    """A Wednesday in figures. ``pairs``: (order, person). ``saved``: mails that merging spares (A6)."""

    day: date
    orders: tuple[OrderFigures, ...]
    ordered: int
    pairs: int
    mails: int
    saved: int
    saved_percent: float
    excluded: Mapping[str, int]
    colliding_pairs: int
    collisions: tuple[SharedPeople, ...]
    by_sections: Mapping[int, int]
    fullest: KindOfMail | None
    biggest: tuple[KindOfMail, ...]
    too_big: int
    total_bytes: int
    domains: Mapping[str, int]
    sending: Duration


@dataclass(frozen=True)
class Seen:
    """What the merge would do. ``excluded`` is by position; ``sizes`` are those of the texts."""

    people: Sequence[AlikePeople] = ()
    mails: Sequence[AlikeMails] = ()
    domains: Mapping[str, int] = field(default_factory=dict)
    excluded: Mapping[int, Mapping[str, int]] = field(default_factory=dict)


def figures(
    day: date, orders: Sequence[Ordered], seen: Seen, sizes: Sizes, largest: int, limits: tuple[Limit, ...]
) -> Figures:
    """Return a Wednesday's figures. ``orders`` are by position; ``largest`` is in bytes."""
    per_order = tuple(_order(place, order, seen) for place, order in enumerate(orders, start=1))
    pairs, mails = sum(o.recipients for o in per_order), sum(alike.mails for alike in seen.mails)
    measured = measure(seen.mails, sizes, largest)
    colliding = collisions(seen.people)
    reasons = {reason for order in per_order for reason in order.excluded}
    most = sorted(seen.domains.items(), key=lambda each: (-each[1], each[0]))[:DOMAINS]
    return Figures(
        day=day,
        orders=per_order,
        ordered=sum(order.ordered for order in per_order),
        pairs=pairs,
        mails=mails,
        saved=pairs - mails,
        saved_percent=round(100 * (1 - mails / pairs), 1) if pairs else 0.0,
        excluded={name: sum(o.excluded.get(name, 0) for o in per_order) for name in sorted(reasons)},
        colliding_pairs=len(colliding),
        collisions=tuple(
            SharedPeople((orders[c.first - 1].order_id, orders[c.second - 1].order_id), c.people)
            for c in colliding[:COLLISIONS]
        ),
        by_sections=measured.by_sections,
        fullest=_kind(measured.fullest, orders) if measured.fullest else None,
        biggest=tuple(_kind(each, orders) for each in measured.biggest),
        too_big=measured.too_big,
        total_bytes=measured.total_bytes,
        domains=dict(most),
        sending=duration(seen.domains, limits),
    )


def _order(position: int, order: Ordered, seen: Seen) -> OrderFigures:
    alike = [each for each in seen.people if position in each.sections]
    recipients = sum(len(each.people) for each in alike)
    excluded = dict(sorted(seen.excluded.get(position, {}).items()))
    return OrderFigures(
        order_id=order.order_id,
        title=order.title,
        unit_name=order.unit_name,
        order_class=order.order_class,
        position=position,
        ordered=recipients + sum(excluded.values()),
        recipients=recipients,
        together=sum(len(each.people) for each in alike if len(each.sections) > 1),
        excluded=excluded,
    )


def _kind(sized: SizedMails, orders: Sequence[Ordered]) -> KindOfMail:
    order_ids = tuple(orders[place - 1].order_id for place in sized.alike.sections)
    return KindOfMail(order_ids, sized.alike.language, sized.alike.mails, sized.bytes, sized.alike.example)
