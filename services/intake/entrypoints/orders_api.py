"""Orders over HTTP: ``/api/v1/orders``."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters.orders import Selection
from services.intake.domain.orders import Order
from services.intake.domain.states import State
from services.intake.entrypoints.models import OrderIn, OrderOut, OrderPage, RefusedOrder, WhyIn
from services.intake.entrypoints.presenting import refused, summary, whole
from services.intake.entrypoints.problems import explained
from services.intake.use_cases.accept_order import accept_order
from services.intake.use_cases.change_order import change_order
from services.intake.use_cases.desk import By, Desk
from services.intake.use_cases.place_order import Placed, place_order
from services.intake.use_cases.return_order import return_order
from services.intake.use_cases.show_orders import detail, list_orders, show_order
from services.intake.use_cases.submit_order import submit_order
from services.intake.use_cases.withdraw_order import withdraw_order
from shared.persistence.database import Database
from shared.web.idempotency import Answer, Idempotency, Write, write_of
from shared.web.problems import MEDIA_TYPE, documented
from shared.web.tokens import ApiTokens, Principal, allow

READING = documented(401, 403, 404)
WRITING = documented(400, 401, 403, 404, 409, 422)
PLACING = WRITING | {
    422: {
        "model": RefusedOrder,
        "description": "The order breaks A1, A7 or A9. It is kept as returned: `order_id` says where.",
        "content": {MEDIA_TYPE: {}},
    }
}
Effect = Callable[[AsyncConnection], Awaitable[Answer]]


def orders_router(database: Database, desk: Desk, tokens: ApiTokens, idempotency: Idempotency) -> APIRouter:
    """Return the routes of orders."""
    router = APIRouter(prefix="/api/v1/orders", tags=["orders"])
    _add_reading(router, database, desk, tokens)
    _add_placing(router, desk, tokens, idempotency)
    _add_deciding(router, desk, tokens, idempotency)
    return router


def _by(caller: Principal) -> By:
    return By(caller.subject, only_own=caller.role == "orderer")


def _add_reading(router: APIRouter, database: Database, desk: Desk, tokens: ApiTokens) -> None:
    listing = Depends(allow(tokens, "orderer", "desk", "reader"))
    reading = Depends(allow(tokens, "orderer", "desk"))

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
        async with database.begin() as conn:
            total, found = await list_orders(conn, desk, which)
        with_person = caller.role != "reader"
        return OrderPage(total=total, orders=[summary(shown, with_person=with_person) for shown in found])

    @router.get("/{order_id}", summary="One order with its checklist, answers and history", responses=READING)
    async def order(order_id: UUID, caller: Annotated[Principal, reading]) -> OrderOut:
        with explained():
            async with database.begin() as conn:
                return whole(await show_order(conn, desk, order_id, _by(caller)))


def _add_placing(router: APIRouter, desk: Desk, tokens: ApiTokens, idempotency: Idempotency) -> None:
    ordering = Depends(allow(tokens, "orderer", "desk"))

    async def run(write: Write, caller: Principal, effect: Effect) -> Response:
        with explained():
            return await idempotency.run(write, caller.subject, effect)

    @router.post("", status_code=201, response_model=OrderOut, responses=PLACING,
                 summary="Place an order: a draft, or submitted and judged at once")  # fmt: skip
    async def place(
        given: OrderIn, caller: Annotated[Principal, ordering], write: Annotated[Write, Depends(write_of)]
    ) -> Response:
        async def effect(conn: AsyncConnection) -> Answer:
            placed = await place_order(conn, desk, given.wish(), _by(caller), submit=given.submit)
            return await _placed(conn, desk, placed, 201)

        return await run(write, caller, effect)

    @router.put("/{order_id}", response_model=OrderOut, responses=PLACING,
                summary="Change a draft or a returned order")  # fmt: skip
    async def change(
        order_id: UUID,
        given: OrderIn,
        caller: Annotated[Principal, ordering],
        write: Annotated[Write, Depends(write_of)],
    ) -> Response:
        async def effect(conn: AsyncConnection) -> Answer:
            placed = await change_order(conn, desk, order_id, given.wish(), _by(caller), submit=given.submit)
            return await _placed(conn, desk, placed, 200)

        return await run(write, caller, effect)

    @router.post("/{order_id}/submit", response_model=OrderOut, responses=PLACING,
                 summary="Submit a draft or a returned order")  # fmt: skip
    async def submit(
        order_id: UUID, caller: Annotated[Principal, ordering], write: Annotated[Write, Depends(write_of)]
    ) -> Response:
        async def effect(conn: AsyncConnection) -> Answer:
            placed = Placed(*await submit_order(conn, desk, order_id, _by(caller)))
            return await _placed(conn, desk, placed, 200)

        return await run(write, caller, effect)


def _add_deciding(router: APIRouter, desk: Desk, tokens: ApiTokens, idempotency: Idempotency) -> None:
    ordering = Depends(allow(tokens, "orderer", "desk"))
    reviewing = Depends(allow(tokens, "desk"))

    async def run(
        write: Write, caller: Principal, decide: Callable[[AsyncConnection], Awaitable[Order]]
    ) -> Response:
        async def effect(conn: AsyncConnection) -> Answer:
            return Answer(200, whole(await detail(conn, desk, await decide(conn))))

        with explained():
            return await idempotency.run(write, caller.subject, effect)

    @router.post("/{order_id}/withdraw", response_model=OrderOut, responses=WRITING,
                 summary="Withdraw an order before its recipients are decided")  # fmt: skip
    async def withdraw(
        order_id: UUID,
        given: WhyIn,
        caller: Annotated[Principal, ordering],
        write: Annotated[Write, Depends(write_of)],
    ) -> Response:
        return await run(
            write, caller, lambda conn: withdraw_order(conn, desk, order_id, given.reason, _by(caller))
        )

    @router.delete("/{order_id}", response_model=OrderOut, responses=WRITING,
                   summary="Withdraw an order, without saying why")  # fmt: skip
    async def delete(
        order_id: UUID, caller: Annotated[Principal, ordering], write: Annotated[Write, Depends(write_of)]
    ) -> Response:
        return await run(write, caller, lambda conn: withdraw_order(conn, desk, order_id, "", _by(caller)))

    @router.post("/{order_id}/accept", response_model=OrderOut, responses=WRITING,
                 summary="Accept a submitted order after review (desk)")  # fmt: skip
    async def accept(
        order_id: UUID, caller: Annotated[Principal, reviewing], write: Annotated[Write, Depends(write_of)]
    ) -> Response:
        return await run(write, caller, lambda conn: accept_order(conn, desk, order_id, _by(caller)))

    @router.post("/{order_id}/return", response_model=OrderOut, responses=WRITING,
                 summary="Return a submitted order with the desk's reason (desk)")  # fmt: skip
    async def give_back(
        order_id: UUID,
        given: WhyIn,
        caller: Annotated[Principal, reviewing],
        write: Annotated[Write, Depends(write_of)],
    ) -> Response:
        return await run(
            write, caller, lambda conn: return_order(conn, desk, order_id, given.reason, _by(caller))
        )


async def _placed(conn: AsyncConnection, desk: Desk, placed: Placed, status: int) -> Answer:
    """Answer with the order, or with the rule that refused it outright."""
    headers = {"Location": f"/api/v1/orders/{placed.order.order_id}"}
    if any(refusal.outright for refusal in placed.refusals):
        return Answer(422, refused(placed.order, placed.refusals), headers)
    return Answer(status, whole(await detail(conn, desk, placed.order)), headers)
