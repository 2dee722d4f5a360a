"""The API for taking back what is still to come of an order that has left."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.scheduler.entrypoints.api import api_tokens
from services.scheduler.entrypoints.schemas_during import GivenReason, RestWithdrawn, TakenOff
from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases.withdraw_rest import NothingToWithdraw, UnknownOrder, WithdrawRest
from shared.hosting import Foundation
from shared.web.problems import Problem, documented
from shared.web.tokens import Principal, allow


def withdrawing_router(base: Foundation, settings: SchedulerSettings) -> APIRouter:
    """Return the route, over one database."""
    desk = allow(api_tokens(base, settings), "desk")
    router = APIRouter(prefix="/api/v1", responses=documented(401, 403), tags=["orders"])
    withdraw = WithdrawRest(base.database, base.clock)

    @router.post(
        "/orders/{order_id}/withdraw",
        summary="Withdraw what is still to come of an order that has left",
        description="For people for whom contact pressure moved it (D2). Others got it; what has not left at "
        "all is withdrawn in intake.",
        responses=documented(404, 409, 422),
    )
    async def withdraw_rest(
        order_id: UUID, why: GivenReason, caller: Annotated[Principal, Depends(desk)]
    ) -> RestWithdrawn:
        try:
            taken = await withdraw(order_id, caller.subject, why.reason)
        except UnknownOrder:
            raise Problem(404, "There is no such order") from None
        except NothingToWithdraw as refusal:
            raise Problem(409, "There is nothing to withdraw here", str(refusal)) from None
        return RestWithdrawn(
            order_id=order_id,
            editions=[TakenOff(edition_id=each.edition_id, wednesday=each.wednesday) for each in taken],
        )

    return router
