"""What the scheduler says of Wednesdays."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.crm import BATCH
from shared.contracts.message import Attribute, Key, Line, Message, Moment, Part

Count = Annotated[int, Field(ge=0)]
Names = Annotated[tuple[Attribute, ...], Field(max_length=BATCH)]


class OrderScheduled(Message):
    """An order has its Wednesday (A2, A3)."""

    TYPE: ClassVar[str] = "scheduler.order.scheduled.v1"
    order_id: UUID
    edition_id: UUID
    wednesday: date
    send_at: Moment
    note: Line = ""


class RegisterNamed(Message):
    """Names that people of the register bear and that were not told before: the words of audiences (A7, D5).

    Names, and never who bears them.
    """

    TYPE: ClassVar[str] = "scheduler.register.named.v1"
    assignment_types: Names = ()
    agreements: Names = ()
    occupational_groups: Names = ()


class OrderFigures(Part):
    """What the freeze or the delivery made of one order. Counted in people."""

    order_id: UUID
    recipients: Count
    excluded: dict[str, Count] = Field(default_factory=dict)


class EditionFrozen(Message):
    """The recipients of a Wednesday are decided. ``pairs``: order and person; ``mails``: addresses (A6)."""

    TYPE: ClassVar[str] = "scheduler.edition.frozen.v1"
    edition_id: UUID
    wednesday: date
    pairs: Count
    mails: Count
    orders: tuple[OrderFigures, ...]


class EditionReleased(Message):
    """The mails of a Wednesday were handed to the sender."""

    TYPE: ClassVar[str] = "scheduler.edition.released.v1"
    edition_id: UUID
    wednesday: date
    mails: Count
    order_ids: tuple[UUID, ...]


class EditionCompleted(Message):
    """Every mail of a Wednesday has its outcome."""

    TYPE: ClassVar[str] = "scheduler.edition.completed.v1"
    edition_id: UUID
    wednesday: date
    outcomes: dict[str, Count]
    order_ids: tuple[UUID, ...]


class EditionStopped(Message):
    """A Wednesday was called off, before it left or on its way. ``left``: some of it was with the sender, so
    that some recipients may have it; the scheduler's list says who. ``carried_order_ids``: orders that had
    left before, and were on it only for people who had to wait a week (D2); those do not get them."""

    TYPE: ClassVar[str] = "scheduler.edition.stopped.v1"
    edition_id: UUID
    wednesday: date
    reason: Line
    left: bool
    order_ids: tuple[UUID, ...]
    carried_order_ids: tuple[UUID, ...] = ()


class EditionParked(Message):
    """An edition did not leave on its day, and never will by itself: a person resumes or stops it (A2)."""

    TYPE: ClassVar[str] = "scheduler.edition.parked.v1"
    edition_id: UUID
    wednesday: date
    at: Moment
    order_ids: tuple[UUID, ...]


class MissingAddress(Part):
    """A person whom an order would have reached. dead: a mail server or its owner has stopped it."""

    person_id: Key
    problem: Literal["missing", "invalid", "dead"]


class AddressMissing(Message):
    """People of an edition who have no address that works: for the CRM to mend (D3). Never an address."""

    TYPE: ClassVar[str] = "scheduler.address.missing.v1"
    edition_id: UUID
    wednesday: date
    persons: Annotated[tuple[MissingAddress, ...], Field(min_length=1, max_length=BATCH)]


class TextsPlanned(Message):
    """The recipients of an order by text message are decided, and the texts handed to the sender (D7).

    ``recipients`` are people, ``texts`` are numbers: several people may share one.
    """

    TYPE: ClassVar[str] = "scheduler.texts.planned.v1"
    order_id: UUID
    recipients: Count
    texts: Count
    excluded: dict[str, Count] = Field(default_factory=dict)
    at: Moment


class TextsCompleted(Message):
    """Every text of an order has its outcome. Delivery reports may still change some."""

    TYPE: ClassVar[str] = "scheduler.texts.completed.v1"
    order_id: UUID
    outcomes: dict[str, Count]
    at: Moment


class AudienceMoved(Message):
    """The people of an order are not those of its acceptance any more: by more than a set share.

    Counted in people, once for each order. ``accepted`` were estimated at ``accepted_at``; since then
    ``joined`` came and ``left`` went.
    """

    TYPE: ClassVar[str] = "scheduler.audience.moved.v1"
    order_id: UUID
    edition_id: UUID
    accepted_at: Moment
    accepted: Count
    recipients: Count
    joined: Count
    left: Count
