"""The API of what became of Wednesdays: one person's answer, and a series of months."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import PlainTextResponse

from services.scheduler.adapters import series
from services.scheduler.adapters.series import Month
from services.scheduler.domain.deliveries import DeliveryState
from services.scheduler.domain.exclusions import Reason
from services.scheduler.domain.wednesdays import WeekPlan, months_until
from services.scheduler.entrypoints import schemas_after as schemas
from services.scheduler.entrypoints.api import api_tokens
from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases.explain import Explain, NoSuchThing
from services.scheduler.use_cases.explain_text import explain_text
from services.scheduler.use_cases.foresee import Foresee
from shared.hosting import Foundation
from shared.web import spreadsheet
from shared.web.problems import Problem, documented
from shared.web.tokens import allow

Months = Annotated[int, Query(ge=1, le=120, description="How many, the present one included.")]
COLUMNS = ("month", "editions", "stopped", "ordered", "pairs", "mails", "saved", "withheld")


def after_router(
    base: Foundation, settings: SchedulerSettings, plan: WeekPlan, foresee: Foresee
) -> APIRouter:
    """Return the routes, over one database."""
    tokens = api_tokens(base, settings)
    router = APIRouter(prefix="/api/v1", responses=documented(401, 403))
    _add_answer(router, base, Explain(base.clock, plan, foresee), [Depends(allow(tokens, "desk"))])
    _add_series(router, base, plan, [Depends(allow(tokens, "desk", "reader"))])
    return router


def _add_answer(router: APIRouter, base: Foundation, explain: Explain, allowed: list[Any]) -> None:
    @router.get(
        "/orders/{order_id}/people/{person_id}",
        summary="Why did, or didn't, this person get this?",
        description="From the order to the delivery: on which Wednesday, in which role or for which reason "
        "not, when it was handed over, and the last that the sender reported.",
        dependencies=allowed,
        responses=documented(404),
        tags=["orders"],
    )
    async def why(order_id: UUID, person_id: Annotated[str, Path(max_length=200)]) -> schemas.Why:
        try:
            async with base.database.begin() as conn:
                by_text = await explain_text(conn, order_id, person_id)
                if by_text is not None:
                    return schemas.Why.model_validate(by_text)
                told = await explain(conn, order_id, person_id)
        except NoSuchThing as missing:
            raise Problem(404, f"There is no such {missing}") from None
        edition = {
            name: getattr(told.edition, name, None) for name in ("edition_id", "wednesday", "frozen_at")
        }
        return schemas.Why.model_validate({**vars(told), **edition})


def _add_series(router: APIRouter, base: Foundation, plan: WeekPlan, allowed: list[Any]) -> None:
    async def found(count: int) -> list[Month]:
        first, last = months_until(plan.day_of(base.clock.now()), count)
        async with base.database.begin() as conn:
            return await series.months(conn, first, last)

    @router.get("/figures", summary="The last months in figures", dependencies=allowed, tags=["figures"])
    async def show_figures(months: Months = 12) -> schemas.Series:
        return schemas.Series.model_validate({"months": await found(months)})

    @router.get(
        "/figures.csv",
        summary="The last months in figures, as a file",
        dependencies=allowed,
        responses={200: {"content": {"text/csv": {}}}},
        response_class=PlainTextResponse,
        tags=["figures"],
    )
    async def export_figures(months: Months = 12) -> PlainTextResponse:
        return PlainTextResponse(
            spreadsheet.BYTE_ORDER_MARK + "".join(_lines(await found(months))),
            media_type=spreadsheet.MEDIA_TYPE,
            headers={"Content-Disposition": 'attachment; filename="onsdag-figures.csv"'},
        )


def _lines(months: list[Month]) -> Iterator[str]:
    yield spreadsheet.line([*COLUMNS, *(f"excluded_{reason}" for reason in Reason), *DeliveryState])
    for month in months:
        numbers = [getattr(month, name) for name in COLUMNS]
        excluded = [month.excluded.get(reason, 0) for reason in Reason]
        yield spreadsheet.line([*numbers, *excluded, *(month.outcomes.get(s, 0) for s in DeliveryState)])
