"""What the API answers of Wednesdays that are over, and of one person's share in them."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_WEDNESDAY = date(2026, 3, 4)
_EDITION = "019c9a6e-5b7c-7d2a-9f3e-2a64c1f0b7aa"


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Why(Answer):
    """Why a person did or did not get an order, up to the last word on the mail or text message."""

    edition_id: UUID | None = Field(
        default=None,
        examples=[_EDITION],
        description="The edition that decides; none for a text, or for what was withdrawn before it came.",
    )
    wednesday: date | None = Field(default=None, examples=[_WEDNESDAY])
    answer: Literal["waiting", "planned", "excluded", "moved", "not_named"] = Field(examples=["planned"])
    sentence: str = Field(examples=["Får beställningen som ordförande, Malmö."])
    expected: Literal["planned", "excluded", "moved", "not_named"] | None = Field(
        default=None,
        examples=[None],
        description="While waiting: what the freeze would do, as of that Wednesday.",
    )
    moved_from: date | None = Field(
        default=None,
        examples=[None],
        description="The Wednesday on which they had enough already (D2). `moved`: to `wednesday`, or to the "
        "next open one when that is the same.",
    )
    mail_id: UUID | None = Field(
        default=None, examples=[None], description="By which the sender knows every attempt."
    )
    roles: list[str] = Field(default=[], examples=[["ordförande, Malmö"]])
    state: str | None = Field(examples=["accepted"], description="Delivery of the mail.")
    delivery: str = Field(examples=["Mottagarens server har tagit emot brevet."])
    frozen_at: datetime | None = Field(description="When the recipients were decided.")
    handed_at: datetime | None = Field(
        default=None, description="When the mail was last handed to the sender."
    )
    recorded_at: datetime | None = Field(default=None, description="When the sender had it in its ledger.")
    reported_at: datetime | None = Field(description="When the state was reported last.")
    reply: str = Field(examples=["250 2.0.0 Ok"], description="The server's own words.")
    reason: str | None = Field(examples=[None])
    after_freeze: bool = Field(default=False, examples=[False])


class MonthFigures(Answer):
    """The Wednesdays of a month that were frozen. What moves a week (D2) counts on both Wednesdays."""

    month: date = Field(examples=[date(2026, 3, 1)], description="Its first day.")
    editions: int = Field(examples=[4])
    stopped: int = Field(examples=[0], description="Of the editions, called off before or on their way.")
    ordered: int = Field(examples=[90_400], description="(order, person) that the orders name.")
    pairs: int = Field(examples=[85_920], description="Of them reached: mails if unmerged.")
    mails: int = Field(examples=[27_608], description="After merging (A6).")
    saved: int = Field(examples=[58_312], description="Mails that merging spared, of what has left (A6).")
    withheld: int = Field(examples=[31], description="Of the pairs, taken back after the freeze.")
    excluded: dict[str, int] = Field(examples=[{"missing_address": 3920, "opted_out": 560}])
    outcomes: dict[str, int] = Field(examples=[{"accepted": 27_560, "failed": 48}])


class Series(Answer):
    months: list[MonthFigures] = Field(description="The oldest first; the last is the present one.")
