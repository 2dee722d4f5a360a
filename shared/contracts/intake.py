"""What intake says of orders."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.message import (
    AssignmentType,
    Attribute,
    Key,
    Language,
    Line,
    Message,
    Moment,
    OrderClass,
    Part,
    Text,
    Urgency,
)

Types = Annotated[tuple[AssignmentType, ...], Field(max_length=50)]
Attributes = Annotated[tuple[Attribute, ...], Field(max_length=100)]
Regions = Annotated[tuple[Key, ...], Field(max_length=100)]
Units = Annotated[tuple[Key, ...], Field(max_length=2000)]
Earlier = Annotated[tuple[UUID, ...], Field(max_length=50)]


class Excluded(Part):
    """Whom an audience leaves out: each field by itself, and everyone it takes is told as left out.

    Assignments in ``regions`` and ``units`` do not count. Who holds one of ``assignment_types`` on the day,
    anywhere, who has one of the attributes, or who got one of the orders ``recipients_of``, is left out.
    """

    assignment_types: Types = ()
    regions: Regions = ()
    units: Units = ()
    agreements: Attributes = ()
    occupational_groups: Attributes = ()
    recipients_of: Earlier = ()


class Audience(Part):
    """Whom an order is for, never a list of addresses (A7). Exactly one of three:

    - assignments: ``assignment_types`` × exactly one of ``all_units``, ``regions``, ``units`` and
      ``own_branch`` (the ordering unit and all below it), of ``kinds`` of units only if any are named;
    - ``members``: whoever has the named agreement or group, with or without an assignment (D5);
    - ``recipients_of``: whoever got one of these orders.

    ``agreements``, ``occupational_groups`` and ``languages`` narrow it to people who have any one of each.
    """

    assignment_types: Types = ()
    all_units: bool = False
    regions: Regions = ()
    units: Units = ()
    own_branch: bool = False
    kinds: Attributes = ()
    members: bool = False
    recipients_of: Earlier = ()
    agreements: Attributes = ()
    occupational_groups: Attributes = ()
    languages: tuple[Language, ...] = ()
    exclude: Excluded = Excluded()

    @model_validator(mode="after")
    def _one_meaning(self) -> "Audience":
        if sum((bool(self.assignment_types), self.members, bool(self.recipients_of))) != 1:
            raise ValueError("say exactly one of assignment types, members or recipients of orders (A7)")
        places = sum((self.all_units, bool(self.regions), bool(self.units), self.own_branch))
        if self.assignment_types and places != 1:
            raise ValueError("say exactly one of all units, regions, units or own branch (A7)")
        if not self.assignment_types and (places or self.kinds or self.exclude.regions or self.exclude.units):
            raise ValueError("units, regions and kinds can only be said of assignments (A7)")
        if self.members and not self.agreements and not self.occupational_groups:
            raise ValueError("say which agreement or occupational group concerns the members (D5)")
        return self


class SectionText(Part):
    """One language's text of an order: the subject it would have alone, and Markdown."""

    subject: Annotated[Line, Field(min_length=1)]
    markdown: Annotated[Text, Field(min_length=1)]


class OrderAccepted(Message):
    """An order keeps the rules and can be put on a Wednesday. ``completed_at`` decides which (A3).

    One whose ``channel`` is sms waits for no Wednesday: its ``markdown`` is plain and short, and goes as
    a text message at once (D7).
    """

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
    urgency: Urgency = "normal"
    channel: Literal["mail", "sms"] = "mail"


class OrderWithdrawn(Message):
    """The orderer or the desk took an order back before it was sent."""

    TYPE: ClassVar[str] = "intake.order.withdrawn.v1"
    order_id: UUID
    reason: Line
