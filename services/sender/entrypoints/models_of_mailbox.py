"""The mailbox as the API shows it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.engine import RowMapping

from services.sender.domain.edition import Section
from services.sender.domain.mailbox.effects import Effect, Proof
from services.sender.domain.mailbox.verdict import Kind, Severity

_MESSAGE = "0190b3a0-9a11-7d20-8b1c-5e6f70819204"
_MAIL = "0190b3a0-8a11-7d20-8b1c-5e6f70819203"

Class = Annotated[Kind, Field(alias="class")]


class Place(BaseModel):
    """Where the message lies on the IMAP server, as it came."""

    folder: str = Field(examples=["INBOX"])
    uid_validity: int
    uid: int


class MessageSummary(BaseModel):
    """A message. Its words are null when they are forgotten (F5); ``place`` when a server pushed it.

    ``not_passed_on``: why the mail that was to bring it to the desk did not arrive; then it waits.
    """

    model_config = ConfigDict(populate_by_name=True)

    message_id: UUID = Field(examples=[_MESSAGE])
    kind: Class
    severity: Severity | None
    code: str | None = Field(examples=["5.1.1"])
    says: str = Field(examples=["it answers a mail"], description="What the class rests on.")
    effect: Effect
    mail_id: UUID | None = Field(examples=[_MAIL], description="The mail of ours that it is about.")
    proof: Proof = Field(description="How surely it is about that mail.")
    not_passed_on: str | None = Field(examples=["550 5.1.1 no such user"])
    read_at: datetime
    handled_at: datetime | None
    handled_by: str | None
    place: Place | None
    writer: str | None = Field(examples=["asa.lind@example.org"])
    name: str | None
    subject: str | None
    attachments: list[str] | None


class Order(BaseModel):
    """An order whose section was in the mail."""

    order_id: UUID
    title: str = Field(examples=["Kurs i krisstöd"])
    unit_name: str = Field(examples=["Malmökretsen"])


class MessageDetails(MessageSummary):
    """A message with what it says, on what its class rests, and the orders of the mail it is about."""

    words: str | None
    evidence: list[dict[str, Any]] | None
    orders: list[Order]
    has_source: bool = Field(description="Whether `/source` has the message itself.")


class MessagePage(BaseModel):
    """Newest first. ``next`` is the ``before`` of the following page, null on the last."""

    messages: list[MessageSummary]
    next: UUID | None


class NewClass(BaseModel):
    """What a person says that a message is."""

    model_config = ConfigDict(
        extra="forbid", populate_by_name=True, json_schema_extra={"examples": [{"class": "order"}]}
    )

    kind: Class


class ClassFigures(BaseModel):
    """Messages of one class, severity and effect. ``oldest``: since when one waits.

    ``not_passed_on``: answers that the desk never got by mail, handled meanwhile or not.
    """

    model_config = ConfigDict(populate_by_name=True)

    kind: Class
    severity: Severity | None
    effect: Effect
    messages: int
    waiting: int
    not_passed_on: int
    oldest: datetime | None


class MailboxFigures(BaseModel):
    """How much came, and how much of it waits for people."""

    waiting: int
    not_passed_on: int = Field(description="Answers that the desk never got by mail.")
    classes: list[ClassFigures]


def summary(row: RowMapping) -> MessageSummary:
    return MessageSummary.model_validate(_summary(row))


def details(row: RowMapping, sections: Sequence[Section]) -> MessageDetails:
    orders = [
        Order(order_id=each.order_id, title=each.text("sv").subject, unit_name=each.unit_name)
        for each in sections
    ]
    more = {"words": row["words"], "evidence": row["evidence"], "has_source": row["has_content"]}
    return MessageDetails.model_validate({**_summary(row), **more, "orders": orders})


def _summary(row: RowMapping) -> dict[str, Any]:
    pushed = row["folder"] is None
    place = None if pushed else Place(folder=row["folder"], uid_validity=row["uid_validity"], uid=row["uid"])
    return {**row, "proof": row["proved"], "place": place}
