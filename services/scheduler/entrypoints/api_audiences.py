"""Audiences before they are ordered: figures for those who order, names for the desk."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import audiences, names
from services.scheduler.adapters.audiences import Named, Thought
from services.scheduler.adapters.order_counts import count_thought
from services.scheduler.domain.exclusions import EXPLANATIONS, Reason
from services.scheduler.domain.unheard import FIELDS, NO_REGISTER, sentence
from services.scheduler.entrypoints.api import api_tokens
from services.scheduler.entrypoints.asked_audience import AudienceAsked
from services.scheduler.settings import SchedulerSettings
from shared.contracts.message import Key, OrderClass
from shared.hosting import Foundation
from shared.web.problems import Problem, documented
from shared.web.tokens import allow

_EXAMPLE: dict[str, JsonValue] = {
    "unit_id": "0180",
    "order_class": "information",
    "audience": {"assignment_types": ["ordförande"], "own_branch": True, "languages": ["sv", "en"]},
    "day": "2026-03-04",
}


class ThoughtIn(BaseModel):
    """An audience, and what decides whom it reaches besides: who orders, of which class, on which day."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    unit_id: Key = Field(description="The ordering unit: people may have opted out of its mailings.")
    order_class: OrderClass = "information"
    audience: AudienceAsked
    day: date | None = Field(default=None, description="The day of sending; today if left out.")

    @property
    def thought(self) -> Thought:
        return Thought(self.unit_id, self.order_class, self.audience)


class AudienceEstimate(BaseModel):
    """Whom an audience reaches alone: other orders of the week, and contact pressure, are not counted in."""

    day: date = Field(examples=["2026-03-04"])
    named: int = Field(examples=[5830], description="``people`` and all who are excluded.")
    people: int = Field(examples=[5518])
    addresses: int = Field(examples=[5466], description="Mails, if it were the only order (A6).")
    excluded: dict[str, int] = Field(examples=[{"missing_address": 290, "opted_out": 22}])


class PersonNamed(BaseModel):
    person_id: str = Field(examples=["P100234"])
    name: str = Field(examples=["Anna Exempelsson"])
    reason: str | None = Field(examples=["missing_address"], description="Why they would not get it.")
    sentence: str | None = Field(examples=["Personen har ingen e-postadress i medlemsregistret."])


class PeopleNamed(BaseModel):
    day: date = Field(examples=["2026-03-04"])
    people: list[PersonNamed]
    next: int | None = Field(examples=[4711], description="``after`` of the next page, if there is one.")


DayOf = Callable[[ThoughtIn], date]


def make_router(base: Foundation, settings: SchedulerSettings) -> APIRouter:
    """Return the routes, over one database."""
    tokens = api_tokens(base, settings)
    router = APIRouter(
        prefix="/api/v1/audiences", tags=["audiences"], responses=documented(401, 403, 409, 422)
    )

    def day_of(asked: ThoughtIn) -> date:
        return asked.day or base.clock.now().astimezone(settings.zone).date()

    _add_estimate(router, base, day_of, [Depends(allow(tokens, "orderer", "desk", "reader"))])
    _add_people(router, base, day_of, [Depends(allow(tokens, "desk"))])
    return router


def _add_estimate(router: APIRouter, base: Foundation, day_of: DayOf, allowed: list[Any]) -> None:
    @router.post(
        "/estimate",
        summary="Whom would this audience reach?",
        dependencies=allowed,
    )
    async def estimate(asked: ThoughtIn) -> AudienceEstimate:
        async with base.database.begin() as conn:
            await _refuse_unheard(conn, asked)
            found = await count_thought(conn, asked.thought, day_of(asked))
        return AudienceEstimate(
            day=day_of(asked),
            named=found.ordered,
            people=found.recipients,
            addresses=found.mails,
            excluded=found.excluded,
        )


def _add_people(router: APIRouter, base: Foundation, day_of: DayOf, allowed: list[Any]) -> None:
    @router.post(
        "/people",
        summary="Who is named by this audience?",
        description="Everyone, those who would not get it with the reason.",
        dependencies=allowed,
    )
    async def people(
        asked: ThoughtIn,
        after: Annotated[int, Query(ge=0, le=2**62, description="`next` of a page.")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> PeopleNamed:
        async with base.database.begin() as conn:
            await _refuse_unheard(conn, asked)
            found = await audiences.people(conn, asked.thought, day_of(asked), after=after, limit=limit)
        return PeopleNamed(
            day=day_of(asked),
            people=[_person(named) for named in found],
            next=found[-1].person_key if len(found) == limit else None,
        )


async def _refuse_unheard(conn: AsyncConnection, asked: ThoughtIn) -> None:
    """Raise a problem that names each name that nobody has heard of (A7)."""
    unheard = await audiences.unheard_of(conn, asked.unit_id, asked.audience)
    if not unheard:
        return
    if not await names.count(conn):
        raise Problem(409, "The register has not come yet", NO_REGISTER, rule="A7")
    sentences = [sentence(what, name) for what, name in unheard]
    errors = [
        {"field": FIELDS.get(what, what), "message": told}
        for (what, _), told in zip(unheard, sentences, strict=True)
    ]
    raise Problem(422, "The audience names something unknown", " ".join(sentences), rule="A7", errors=errors)


def _person(named: Named) -> PersonNamed:
    told = EXPLANATIONS[Reason(named.reason)] if named.reason else None
    return PersonNamed(person_id=named.person_id, name=named.name, reason=named.reason, sentence=told)
