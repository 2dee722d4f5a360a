"""What the API takes and answers about the calendar."""

from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.scheduler.entrypoints.schemas import Answer
from shared.contracts.message import Line

_WEDNESDAY = date(2026, 5, 13)
_THURSDAY = date(2026, 5, 7)
_ORDER = "019c9a6e-5b7c-7d2a-9f3e-2a64c1f0b7ab"


class CalendarDayOut(Answer):
    """A Wednesday, or the day of an extra edition. ``edition_id`` is there once an order is on it."""

    day: date = Field(examples=[_WEDNESDAY])
    week: int = Field(examples=[20], description="ISO week.")
    closed: bool
    half_day: bool
    warning: str = Field(
        examples=["Halv dag: infodesken är bemannad bara en del av dagen när svaren kommer."]
    )
    cutoff_at: datetime = Field(
        description="Until then orders become complete for it (A3); then it is frozen."
    )
    undo_from: datetime
    release_at: datetime
    edition_id: UUID | None
    state: str | None = Field(examples=["open"])
    extra: bool = Field(description="Outside of Wednesdays, by two people's decision (A2).")
    moved_from: date | None = Field(examples=[None], description="The closed Wednesday it was meant for.")
    orders: list[str] = Field(examples=[["Handlingar till årsmötet"]], description="Titles.")
    capacity: int | None = Field(examples=[60_000], description="Most mails; none: no limit.")
    mails: int | None = Field(
        examples=[27_608], description="As frozen, or as the latest preview counted; none if there is none."
    )
    over_capacity: int | None = Field(
        examples=[0], description="Mails above the capacity: what must be known goes all the same."
    )


class CalendarOut(Answer):
    time_zone: str = Field(examples=["Europe/Stockholm"])
    days: list[CalendarDayOut]


class FeedIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[Line, Field(min_length=1)] = Field(examples=["Åsas telefon"])


class FeedOut(Answer):
    feed_id: UUID
    name: str = Field(examples=["Åsas telefon"])
    made_by: str = Field(examples=["desk@example.org"])
    made_at: datetime
    revoked_by: str | None
    revoked_at: datetime | None


class NewFeed(Answer):
    """A new address. It is shown this once: only its hash is kept."""

    feed_id: UUID
    url: str = Field(examples=["https://utskick.example.org/calendar/kX0…/onsdag.ics"])


class FeedList(Answer):
    feeds: list[FeedOut]


class ExtraIn(BaseModel):
    """An extra edition, which somebody else must confirm (A2)."""

    model_config = ConfigDict(extra="forbid")

    day: date = Field(examples=[_THURSDAY])
    release_time: time | None = Field(default=None, description="Local; that of Wednesdays if left out.")
    order_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)] = Field(examples=[[_ORDER]])
    reason: Line = Field(
        default="", examples=["Vattnet i tre kommuner är otjänligt; frivilliga behövs i dag."]
    )


class ExtraOut(Answer):
    extra_id: UUID
    day: date = Field(examples=[_THURSDAY])
    release_at: datetime
    order_ids: list[UUID]
    reason: str
    proposed_by: str = Field(examples=["desk@example.org"])
    proposed_at: datetime
    confirmed_by: str | None = Field(examples=["chef@example.org"])
    confirmed_at: datetime | None
    withdrawn_by: str | None = Field(examples=[None])
    withdrawn_at: datetime | None
    edition_id: UUID | None


class ExtraList(Answer):
    extra_editions: list[ExtraOut]
