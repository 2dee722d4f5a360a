"""Timelines and figures as the API writes them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.onboarding.domain.steps import State
from shared.contracts.message import Language
from shared.contracts.onboarding import Step

EXAMPLE_STEP: dict[str, JsonValue] = {
    "step": "letter",
    "state": "done",
    "opens_at": "2026-11-23T09:12:00Z",
    "due_at": "2026-11-26T23:00:00Z",
    "last_day": "2026-11-26",
    "late": False,
    "note": "250 2.0.0 Ok",
    "sent_at": "2026-11-23T09:12:01Z",
    "concluded_at": "2026-11-23T09:12:04Z",
}
EXAMPLE_TIMELINE: dict[str, JsonValue] = {
    "timeline_id": "019ab000-0000-7000-8000-000000000001",
    "interest_id": "I5",
    "unit_id": "1281",
    "unit_name": "Lund",
    "registered_at": "2026-11-23T09:12:00Z",
    "late": False,
    "newcomer": None,
    "steps": [EXAMPLE_STEP],
}
EXAMPLE_FIGURES: dict[str, JsonValue] = {
    "unit_id": "1281",
    "unit_name": "Lund",
    "newcomers": 12,
    "letters_in_time": 10,
    "letters_late": 1,
    "letters_failed": 0,
    "contacts_missing": 0,
}


class StepOut(BaseModel):
    """A step. ``last_day`` is the last local day on which it is in time; it is late from ``due_at`` on."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_STEP]})

    step: Step
    state: State
    opens_at: datetime
    due_at: datetime
    last_day: date
    late: bool = Field(description="Not done by its limit, or the sender has said nothing for too long.")
    note: str = Field(description="What is missing, or the answer to the mail.")
    sent_at: datetime | None
    concluded_at: datetime | None


class NewcomerOut(BaseModel):
    """Who the person is: for the unit's member contact alone (F4)."""

    person_id: str
    first_name: str
    last_name: str
    email: str
    phone: str | None
    language: Language
    wishes: str


class TimelineOut(BaseModel):
    """A newcomer's timeline. ``newcomer`` is null for an admin, and after the erasure (C9)."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_TIMELINE]})

    timeline_id: UUID
    interest_id: str
    unit_id: str
    unit_name: str | None = Field(description="Null while the CRM has not told of the unit.")
    registered_at: datetime
    late: bool = Field(description="Whether any step is late.")
    newcomer: NewcomerOut | None
    steps: list[StepOut]


class TimelinePage(BaseModel):
    total: int = Field(description="Timelines that match, on all pages.", examples=[1])
    timelines: list[TimelineOut]


class UnitFigures(BaseModel):
    """A unit's newcomers, without the people. Letters neither in time, late nor failed are on their way."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_FIGURES]})

    unit_id: str
    unit_name: str | None
    newcomers: int
    letters_in_time: int = Field(description="Accepted by the recipient's server within the limit (C2).")
    letters_late: int = Field(description="Accepted after the limit, or not at all by now.")
    letters_failed: int = Field(description="Refused for good; late as well, once the limit has passed.")
    contacts_missing: int = Field(description="Newcomers of whom nobody could be told yet (C1).")


class Figures(BaseModel):
    newcomers: int = Field(description="In all units.", examples=[12])
    units: list[UnitFigures]
