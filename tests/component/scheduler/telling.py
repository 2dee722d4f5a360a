"""The facts of a world as the messages that tell them."""

from typing import cast
from uuid import UUID

from shared.contracts.crm import Assignment, Person, Unit
from shared.contracts.intake import Audience
from shared.contracts.message import Language
from tests.component.scheduler.facts import Holds, Where, Who
from tests.component.scheduler.worlds import EARLIER


def person(version: int, who: Who) -> Person:
    return Person(
        person_id=who.name,
        version=version,
        email=who.email,
        language=cast("Language", who.language),
        agreements=who.agreements,
        occupational_groups=who.groups,
    )


def unit(version: int, where: Where) -> Unit:
    return Unit(
        unit_id=where.name,
        version=version,
        name=where.name,
        kind=where.kind,
        region=where.region,
        parent_id=where.above,
        closed=where.closed,
    )


def assignment(key: str, version: int, holds: Holds) -> Assignment:
    return Assignment(
        assignment_id=key,
        version=version,
        person_id=holds.who,
        unit_id=holds.where,
        assignment_type=holds.kind,
        valid_from=holds.first,
        valid_to=holds.last,
    )


def after(audience: Audience, order_id: UUID) -> Audience:
    """Return an audience in which this order is the earlier one."""

    def renamed(earlier: tuple[UUID, ...]) -> tuple[UUID, ...]:
        return tuple(order_id if each == EARLIER else each for each in earlier)

    out = audience.exclude
    return audience.model_copy(
        update={
            "recipients_of": renamed(audience.recipients_of),
            "exclude": out.model_copy(update={"recipients_of": renamed(out.recipients_of)}),
        }
    )
