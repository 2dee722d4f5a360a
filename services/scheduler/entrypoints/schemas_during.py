"""What the API takes and answers while an edition is on its way."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.scheduler.entrypoints.schemas import Answer
from shared.contracts.message import Line

Received = Literal["accepted", "uncertain", "not_sent"]


class GivenReason(BaseModel):
    """Why something is decided. It is kept, with who decided it."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[Line, Field(min_length=1)] = Field(examples=["Fel datum i kallelsen."])


class DecisionOut(Answer):
    decision: str = Field(examples=["pause"])
    by: str = Field(examples=["desk@example.org"])
    reason: str = Field(examples=["Fel datum i kallelsen."])
    at: datetime


class DecisionList(Answer):
    decisions: list[DecisionOut]


class TakenOff(Answer):
    edition_id: UUID
    wednesday: date = Field(examples=[date(2026, 3, 11)])


class RestWithdrawn(Answer):
    """Where people who had to wait (D2) would have got the order."""

    order_id: UUID
    editions: list[TakenOff]


class RecipientOut(Answer):
    """A person in a mail of the edition, and what became of the mail.

    ``received``: accepted, the relay took responsibility; uncertain, its answer was lost, so that the mail
    may have come; not_sent, it did not leave, or has not yet while the list is not final.
    """

    person_id: str = Field(examples=["P100234"])
    name: str = Field(examples=["Anna Exempelsson"])
    address: str = Field(examples=["anna@example.org"])
    received: Received = Field(examples=["accepted"])
    state: str = Field(examples=["accepted"])
    at: datetime | None
    reply: str = Field(examples=["250 2.0.0 Ok"])
    order_ids: list[UUID]


class RecipientPage(Answer):
    """``final``: every mail has its outcome, so that the list no longer changes."""

    final: bool
    mails: dict[Received, int] = Field(examples=[{"accepted": 6890, "uncertain": 1, "not_sent": 11}])
    recipients: list[RecipientOut]
    next: int | None = Field(examples=[4711], description="``after`` of the next page, if there is one.")
