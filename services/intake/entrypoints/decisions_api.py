"""What is decided of an order over HTTP: withdrawn, accepted, returned."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.orders import Order
from services.intake.entrypoints.models import OrderOut, WhyIn
from services.intake.entrypoints.presenting import whole
from services.intake.entrypoints.window import Window, by
from services.intake.use_cases.accept_order import accept_order
from services.intake.use_cases.return_order import return_order
from services.intake.use_cases.show_orders import detail
from services.intake.use_cases.withdraw_order import withdraw_order
from shared.web.idempotency import Answer, Write, write_of
from shared.web.problems import documented
from shared.web.tokens import Principal, allow

DECIDING = documented(400, 401, 403, 404, 409, 422)
Decide = Callable[[AsyncConnection], Awaitable[Order]]


def decisions_router(window: Window) -> APIRouter:
    """Return the routes that decide."""
    router = APIRouter(prefix="/api/v1/orders", tags=["orders"])
    _add_withdrawing(router, window)
    _add_reviewing(router, window)
    return router


def _add_withdrawing(router: APIRouter, window: Window) -> None:
    ordering = Depends(allow(window.tokens, "orderer", "desk"))

    @router.post("/{order_id}/withdraw", response_model=OrderOut, responses=DECIDING,
                 summary="Withdraw an order before it leaves; of texts, what still waits")  # fmt: skip
    async def withdraw(
        order_id: UUID,
        given: WhyIn,
        caller: Annotated[Principal, ordering],
        write: Annotated[Write, Depends(write_of)],
    ) -> Response:
        async def decide(conn: AsyncConnection) -> Order:
            return await withdraw_order(conn, window.desk, order_id, given.reason, by(caller))

        return await _decided(window, write, caller, decide)

    @router.delete("/{order_id}", response_model=OrderOut, responses=DECIDING,
                   summary="Withdraw an order, without saying why")  # fmt: skip
    async def delete(
        order_id: UUID, caller: Annotated[Principal, ordering], write: Annotated[Write, Depends(write_of)]
    ) -> Response:
        async def decide(conn: AsyncConnection) -> Order:
            return await withdraw_order(conn, window.desk, order_id, "", by(caller))

        return await _decided(window, write, caller, decide)


def _add_reviewing(router: APIRouter, window: Window) -> None:
    reviewing = Depends(allow(window.tokens, "desk"))

    @router.post("/{order_id}/accept", response_model=OrderOut, responses=DECIDING,
                 summary="Accept a submitted order after review (desk)")  # fmt: skip
    async def accept(
        order_id: UUID, caller: Annotated[Principal, reviewing], write: Annotated[Write, Depends(write_of)]
    ) -> Response:
        async def decide(conn: AsyncConnection) -> Order:
            return await accept_order(conn, window.desk, order_id, by(caller))

        return await _decided(window, write, caller, decide)

    @router.post("/{order_id}/return", response_model=OrderOut, responses=DECIDING,
                 summary="Return a submitted order with the desk's reason (desk)")  # fmt: skip
    async def give_back(
        order_id: UUID,
        given: WhyIn,
        caller: Annotated[Principal, reviewing],
        write: Annotated[Write, Depends(write_of)],
    ) -> Response:
        async def decide(conn: AsyncConnection) -> Order:
            return await return_order(conn, window.desk, order_id, given.reason, by(caller))

        return await _decided(window, write, caller, decide)


async def _decided(window: Window, write: Write, caller: Principal, decide: Decide) -> Response:
    async def effect(conn: AsyncConnection) -> Answer:
        return Answer(200, whole(await detail(conn, window.desk, await decide(conn))))

    return await window.write(write, caller, effect)
