"""Timelines and figures over HTTP: ``/api/v1``."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query

from services.onboarding.adapters import overview
from services.onboarding.adapters.overview import Filter, Moment
from services.onboarding.domain.steps import State
from services.onboarding.domain.timeline import last_day
from services.onboarding.entrypoints.models import (
    Figures,
    NewcomerOut,
    StepOut,
    TimelineOut,
    TimelinePage,
    UnitFigures,
)
from services.onboarding.use_cases.show_timelines import Shown, show_one, show_page
from shared.addresses import normalize
from shared.clock import Clock
from shared.contracts.onboarding import Step
from shared.persistence.database import Database
from shared.web.problems import Problem, documented
from shared.web.tokens import ApiTokens, Principal, allow


@dataclass(frozen=True)
class Window:
    """What the routes work with. Made once in ``create_app``."""

    database: Database
    clock: Clock
    tokens: ApiTokens
    zone: ZoneInfo
    patience: timedelta

    def moment(self) -> Moment:
        return Moment(self.clock.now(), self.patience)


def onboarding_router(window: Window) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/v1", responses=documented(401, 403))
    _add_timelines(router, window)
    _add_figures(router, window)
    return router


def _add_timelines(router: APIRouter, window: Window) -> None:
    readers = Depends(allow(window.tokens, "member_contact", "admin"))

    @router.get("/timelines", summary="Timelines of newcomers, the latest first",
                description="A member contact sees those of the own units; an admin all, without the people.",
                responses=documented(422), tags=["timelines"])  # fmt: skip
    async def timelines(
        caller: Annotated[Principal, readers],
        unit: Annotated[str | None, Query(max_length=200, description="Id of the unit.")] = None,
        step: Annotated[Step | None, Query(description="`state` and `late` are of this step.")] = None,
        state: Annotated[State | None, Query(description="With a step in this state.")] = None,
        late: Annotated[bool | None, Query(description="With a step that is late, or without any.")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
    ) -> TimelinePage:
        wanted = Filter(_only(caller), unit, step, state, late)
        async with window.database.begin() as conn:
            total, found = await show_page(conn, wanted, window.moment(), limit, offset)
        return TimelinePage(total=total, timelines=[_timeline(shown, window.zone) for shown in found])

    @router.get("/timelines/{timeline_id}", summary="A newcomer's timeline with all its steps",
                responses=documented(404, 422), tags=["timelines"])  # fmt: skip
    async def timeline(timeline_id: UUID, caller: Annotated[Principal, readers]) -> TimelineOut:
        async with window.database.begin() as conn:
            shown = await show_one(conn, timeline_id, _only(caller), window.moment())
        if shown is None:
            raise Problem(404, "There is no such timeline", "Or it is not of a unit of yours.")
        return _timeline(shown, window.zone)


def _add_figures(router: APIRouter, window: Window) -> None:
    readers = Depends(allow(window.tokens, "member_contact", "admin", "reader"))

    @router.get("/figures", summary="Newcomers and their letters, by unit (C2)",
                description="A member contact sees the own units.", tags=["figures"])  # fmt: skip
    async def figures(caller: Annotated[Principal, readers]) -> Figures:
        async with window.database.begin() as conn:
            rows = await overview.figures(conn, _only(caller), window.clock.now())
        units = [UnitFigures.model_validate(dict(row)) for row in rows]
        return Figures(newcomers=sum(unit.newcomers for unit in units), units=units)


def _only(caller: Principal) -> str | None:
    """Return the address whose units' newcomers the caller sees (F4); None for all, without the people."""
    return normalize(caller.subject) if caller.role == "member_contact" else None


def _timeline(shown: Shown, zone: ZoneInfo) -> TimelineOut:
    steps = [
        StepOut.model_validate({**row, "last_day": last_day(row["due_at"], zone)}) for row in shown.steps
    ]
    newcomer = None if shown.newcomer is None else NewcomerOut.model_validate(dict(shown.newcomer))
    late = any(step.late for step in steps)
    return TimelineOut.model_validate({**shown.timeline, "late": late, "newcomer": newcomer, "steps": steps})
