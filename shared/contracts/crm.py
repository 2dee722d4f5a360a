"""What the upstream CRM publishes, singly or in batches of up to 500.

Each item carries a version; one that is not newer than what a service knows changes nothing.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from shared.contracts.message import (
    AssignmentType,
    Attribute,
    Key,
    Language,
    Line,
    Message,
    Moment,
    Part,
    RawAddress,
    Text,
    Version,
)

BATCH = 500
"""Most items in one message."""

Attributes = Annotated[tuple[Attribute, ...], Field(max_length=50)]


Trimmed = Annotated[Line, StringConstraints(strip_whitespace=True)]
"""A line that audiences name: theirs are without white space at the ends, too."""


class Person(Part):
    """A person of the register. ``email`` is as the CRM holds it: it may be missing or broken.

    ``agreements`` and ``occupational_groups`` say what news concerns the person directly (D5).
    """

    person_id: Key
    version: Version
    first_name: Line = ""
    last_name: Line = ""
    email: RawAddress | None = None
    phone: Line | None = None
    birth_year: Annotated[int, Field(ge=1850, le=2200)] | None = None
    language: Language = "sv"
    email_opted_out: bool = False
    agreements: Attributes = ()
    occupational_groups: Attributes = ()


class PersonChanged(Message):
    """People were added or changed in the CRM."""

    TYPE: ClassVar[str] = "crm.person.changed.v1"
    persons: Annotated[tuple[Person, ...], Field(min_length=1, max_length=BATCH)]


class ErasedPerson(Part):
    person_id: Key
    version: Version


class PersonErased(Message):
    """People were erased in the CRM. They never come back by a late event."""

    TYPE: ClassVar[str] = "crm.person.erased.v1"
    persons: Annotated[tuple[ErasedPerson, ...], Field(min_length=1, max_length=BATCH)]


class UnitContact(Part):
    """A named person of a unit: for its mailings (A9) or for its new members (C1)."""

    role: Literal["mailing", "member"]
    person_id: Key
    name: Line
    email: RawAddress


class Unit(Part):
    unit_id: Key
    version: Version
    name: Line
    kind: Trimmed = "branch"
    region: Trimmed = ""
    parent_id: Key | None = None
    closed: bool = False
    contacts: Annotated[tuple[UnitContact, ...], Field(max_length=20)] = ()


class UnitChanged(Message):
    """Units were added, changed or closed."""

    TYPE: ClassVar[str] = "crm.unit.changed.v1"
    units: Annotated[tuple[Unit, ...], Field(min_length=1, max_length=BATCH)]


class Assignment(Part):
    """A person holds an assignment in a unit, from ``valid_from`` to ``valid_to``, both included."""

    assignment_id: Key
    version: Version
    person_id: Key
    unit_id: Key
    assignment_type: AssignmentType
    valid_from: date | None = None
    valid_to: date | None = None


class AssignmentChanged(Message):
    """Assignments were added or changed."""

    TYPE: ClassVar[str] = "crm.assignment.changed.v1"
    assignments: Annotated[tuple[Assignment, ...], Field(min_length=1, max_length=BATCH)]


class EndedAssignment(Part):
    assignment_id: Key
    version: Version


class AssignmentEnded(Message):
    """Assignments were removed from the CRM."""

    TYPE: ClassVar[str] = "crm.assignment.ended.v1"
    assignments: Annotated[tuple[EndedAssignment, ...], Field(min_length=1, max_length=BATCH)]


class InterestRegistered(Message):
    """Somebody wants to be active: the start of a newcomer's timeline (C1)."""

    TYPE: ClassVar[str] = "crm.interest.registered.v1"
    interest_id: Key
    person_id: Key
    first_name: Line
    last_name: Line
    email: RawAddress
    phone: Line | None = None
    language: Language = "sv"
    unit_id: Key
    wishes: Annotated[Text, Field(max_length=2000)] = ""
    registered_at: Moment
