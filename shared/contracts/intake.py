"""What intake says of orders."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.message import (
    AssignmentType,
    Key,
    Language,
    Line,
    Message,
    Moment,
    OrderClass,
    Part,
    Text,
)


class Audience(Part):
    """Recipients are assignments (A7): types × units, never a list of addresses.

    Exactly one of ``all_units``, ``regions`` and ``units`` says where.
    """

    assignment_types: Annotated[tuple[AssignmentType, ...], Field(min_length=1, max_length=50)]
    all_units: bool = False
    regions: Annotated[tuple[Key, ...], Field(max_length=100)] = ()
    units: Annotated[tuple[Key, ...], Field(max_length=2000)] = ()

    @model_validator(mode="after")
    def _one_scope(self) -> "Audience":
        if sum((self.all_units, bool(self.regions), bool(self.units))) != 1:
            raise ValueError("say exactly one of all units, regions or units (A7)")
        return self


class SectionText(Part):
    """One language's text of an order: the subject it would have alone, and Markdown."""

    subject: Annotated[Line, Field(min_length=1)]
    markdown: Annotated[Text, Field(min_length=1)]


class OrderAccepted(Message):
    """An order keeps the rules and can be put on a Wednesday. ``completed_at`` decides which (A3)."""

    TYPE: ClassVar[str] = "intake.order.accepted.v1"
    order_id: UUID
    unit_id: Key
    unit_name: Line
    ordered_by: Line
    title: Line
    order_class: OrderClass
    audience: Audience
    texts: Annotated[dict[Language, SectionText], Field(min_length=1)]
    completed_at: Moment
    not_before: date | None = None


class OrderWithdrawn(Message):
    """The orderer or the desk took an order back before it was sent."""

    TYPE: ClassVar[str] = "intake.order.withdrawn.v1"
    order_id: UUID
    reason: Line
