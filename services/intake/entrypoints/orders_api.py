"""Orders over HTTP: ``/api/v1/orders``."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters.orders import Selection
from services.intake.domain.states import State
from services.intake.entrypoints.models import OrderIn, OrderOut, OrderPage, RefusedOrder
from services.intake.entrypoints.presenting import refused, summary, whole
from services.intake.entrypoints.problems import explained
from services.intake.entrypoints.window import Window, by
from services.intake.use_cases.change_order import change_order
from services.intake.use_cases.correct_order import correct_order
from services.intake.use_cases.desk import Desk
from services.intake.use_cases.place_order import Placed, place_order
from services.intake.use_cases.show_orders import detail, list_orders, show_order
from services.intake.use_cases.submit_order import submit_order
from shared.web.idempotency import Answer, Write, write_of
from shared.web.problems import MEDIA_TYPE, documented
from shared.web.tokens import Principal, allow

READING = documented(401, 403, 404)
PLACING = documented(400, 401, 403, 404, 409) | {
    422: {
        "model": RefusedOrder,
        "description": "The order breaks A1, A7 or A9. It is kept as returned: `order_id` says where.",
        "content": {MEDIA_TYPE: {}},
    }
}


def orders_router(window: Window) -> APIRouter:
    """Return the routes that place and show orders."""
    router = APIRouter(prefix="/api/v1/orders", tags=["orders"])
    _add_listing(router, window)
    _add_reading(router, window)
    _add_placing(router, window)
    _add_submitting(router, window)
    _add_correcting(router, window)
    return router


def _add_listing(router: APIRouter, window: Window) -> None:
    listing = Depends(allow(window.tokens, "orderer", "desk", "reader"))

    @router.get("", summary="List orders, newest first; unanswered ones by when their answer is due",
                responses=documented(401, 403, 422))  # fmt: skip
    async def orders(
        caller: Annotated[Principal, listing],
        state: State | None = None,
        unit: Annotated[str | None, Query(max_length=200)] = None,
        unanswered: bool = False,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> OrderPage:
        which = Selection(state, unit, None, unanswered, limit, offset)
        if caller.role == "orderer":
            which = replace(which, ordered_by=caller.subject)
        async with window.database.begin() as conn:
            total, found = await list_orders(conn, window.desk, which)
        with_person = caller.role != "reader"
        return OrderPage(total=total, orders=[summary(shown, with_person=with_person) for shown in found])


def _add_reading(router: APIRouter, window: Window) -> None:
    reading = Depends(allow(window.tokens, "orderer", "desk"))

    @router.get("/{order_id}", summary="One order with its checklist, answers and history", responses=READING)
    async def order(order_id: UUID, caller: Annotated[Principal, reading]) -> OrderOut:
        with explained():
            async with window.database.begin() as conn:
                return whole(await show_order(conn, window.desk, order_id, by(caller)))


def _add_placing(router: APIRouter, window: Window) -> None:
    ordering = Depends(allow(window.tokens, "orderer", "desk"))

    @router.post("", status_code=201, response_model=OrderOut, responses=PLACING,
                 summary="Place an order: a draft, or submitted and judged at once")  # fmt: skip
    async def place(
        given: OrderIn, caller: Annotated[Principal, ordering], write: Annotated[Write, Depends(write_of)]
    ) -> Response:
        async def effect(conn: AsyncConnection) -> Answer:
            placed = await place_order(conn, window.desk, given.wish(), by(caller), submit=given.submit)
            return await _placed(conn, window.desk, placed, 201)

        return await window.write(write, caller, effect)

    @router.put("/{order_id}", response_model=OrderOut, responses=PLACING,
                summary="Change a draft or a returned order")  # fmt: skip
    async def change(
        order_id: UUID,
        given: OrderIn,
        caller: Annotated[Principal, ordering],
        write: Annotated[Write, Depends(write_of)],
    ) -> Response:
        async def effect(conn: AsyncConnection) -> Answer:
            wish, who = given.wish(), by(caller)
            placed = await change_order(conn, window.desk, order_id, wish, who, submit=given.submit)
            return await _placed(conn, window.desk, placed, 200)

        return await window.write(write, caller, effect)


def _add_submitting(router: APIRouter, window: Window) -> None:
    ordering = Depends(allow(window.tokens, "orderer", "desk"))

    @router.post("/{order_id}/submit", response_model=OrderOut, responses=PLACING,
                 summary="Submit a draft or a returned order")  # fmt: skip
    async def submit(
        order_id: UUID, caller: Annotated[Principal, ordering], write: Annotated[Write, Depends(write_of)]
    ) -> Response:
        async def effect(conn: AsyncConnection) -> Answer:
            placed = Placed(*await submit_order(conn, window.desk, order_id, by(caller)))
            return await _placed(conn, window.desk, placed, 200)

        return await window.write(write, caller, effect)


def _add_correcting(router: APIRouter, window: Window) -> None:
    ordering = Depends(allow(window.tokens, "orderer", "desk"))

    @router.post("/{order_id}/correction", status_code=201, response_model=OrderOut, responses=PLACING,
                 summary="Draft a correction to exactly those who got an order")  # fmt: skip
    async def correct(
        order_id: UUID, caller: Annotated[Principal, ordering], write: Annotated[Write, Depends(write_of)]
    ) -> Response:
        async def effect(conn: AsyncConnection) -> Answer:
            placed = await correct_order(conn, window.desk, order_id, by(caller))
            return await _placed(conn, window.desk, placed, 201)

        return await window.write(write, caller, effect)


async def _placed(conn: AsyncConnection, desk: Desk, placed: Placed, status: int) -> Answer:
    """Answer with the order, or with the rule that refused it outright."""
    headers = {"Location": f"/api/v1/orders/{placed.order.order_id}"}
    if any(refusal.outright for refusal in placed.refusals):
        return Answer(422, refused(placed.order, placed.refusals), headers)
    return Answer(status, whole(await detail(conn, desk, placed.order)), headers)
