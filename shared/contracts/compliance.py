"""What compliance tells everybody to respect."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.message import AddressHash, Key, Line, Message, Moment

Scope = Annotated[str, Field(pattern=r"^(organisation|unit:.{1,200}|address)$")]
"""organisation: all information and appeals. unit:ID: those of one unit. address: nothing at all, duty
included, because the mailbox is dead or its owner complained."""


class SuppressionAdded(Message):
    """An address must not be written to within a scope, from now on (F1, F3)."""

    TYPE: ClassVar[str] = "compliance.suppression.added.v1"
    address_hash: AddressHash
    scope: Scope
    reason: Literal["opted_out", "crm", "complaint", "dead_address", "desk"]
    at: Moment


class SuppressionLifted(Message):
    """The person, or the desk at the person's wish, took an opt-out back."""

    TYPE: ClassVar[str] = "compliance.suppression.lifted.v1"
    address_hash: AddressHash
    scope: Scope
    at: Moment


class AssignmentDisputed(Message):
    """Somebody says that an assignment is no longer theirs: for the CRM, which alone can end it."""

    TYPE: ClassVar[str] = "compliance.assignment.disputed.v1"
    address_hash: AddressHash
    order_id: Key
    unit_id: Key
    at: Moment
    note: Line = ""
