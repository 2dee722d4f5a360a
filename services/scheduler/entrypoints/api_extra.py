"""Extra editions over HTTP: one proposes, another confirms (A2)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.scheduler.adapters import extra_editions
from services.scheduler.adapters.extra_editions import Extra
from services.scheduler.domain.extra_editions import ExtraRefused
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.entrypoints import schemas_calendar as schemas
from services.scheduler.entrypoints.api import api_tokens, summaries
from services.scheduler.entrypoints.schemas import EditionSummary
from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases.extra_edition import ExtraEditions, UnknownExtra
from shared.hosting import Foundation
from shared.web.problems import Problem, documented
from shared.web.tokens import Principal, allow


def extra_router(base: Foundation, settings: SchedulerSettings, plan: WeekPlan) -> APIRouter:
    """Return the routes, over one database."""
    desk = allow(api_tokens(base, settings), "desk")
    router = APIRouter(
        prefix="/api/v1/extra-editions", responses=documented(401, 403, 422), tags=["extra editions"]
    )
    extra = ExtraEditions(base.database, base.outbox, base.clock, plan)

    @router.get("", summary="Proposed and confirmed extra editions", dependencies=[Depends(desk)])
    async def list_extra(limit: Annotated[int, Query(ge=1, le=200)] = 20) -> schemas.ExtraList:
        async with base.database.begin() as conn:
            found = await extra_editions.latest(conn, limit)
        return schemas.ExtraList(extra_editions=[_extra(each) for each in found])

    @router.post("", status_code=201, summary="Propose one", responses=documented(409))
    async def propose(
        given: schemas.ExtraIn, caller: Annotated[Principal, Depends(desk)]
    ) -> schemas.ExtraOut:
        with _explained():
            return _extra(
                await extra.propose(
                    given.day, given.release_time, given.order_ids, given.reason, caller.subject
                )
            )

    @router.post(
        "/{extra_id}/confirm",
        summary="Confirm somebody else's proposal: its orders leave with it",
        responses=documented(404, 409),
    )
    async def confirm(extra_id: UUID, caller: Annotated[Principal, Depends(desk)]) -> EditionSummary:
        with _explained():
            edition = await extra.confirm(extra_id, caller.subject)
        async with base.database.begin() as conn:
            return EditionSummary(**(await summaries(conn, [edition]))[0])

    _add_withdrawal(router, extra, desk)
    return router


def _add_withdrawal(router: APIRouter, extra: ExtraEditions, desk: Callable[..., Principal]) -> None:
    @router.post(
        "/{extra_id}/withdraw",
        summary="Take a proposal back that nobody has confirmed",
        responses=documented(404, 409),
    )
    async def withdraw(extra_id: UUID, caller: Annotated[Principal, Depends(desk)]) -> schemas.ExtraOut:
        with _explained():
            return _extra(await extra.withdraw(extra_id, caller.subject))


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except UnknownExtra:
        raise Problem(404, "There is no such proposal") from None
    except ExtraRefused as refusal:
        raise Problem(409, "Mailings leave on Wednesdays and no other day", str(refusal), rule="A2") from None


def _extra(found: Extra) -> schemas.ExtraOut:
    values = {name: getattr(found, name) for name in schemas.ExtraOut.model_fields}
    return schemas.ExtraOut(**{**values, "order_ids": list(found.order_ids)})
