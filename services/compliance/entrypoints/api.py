"""Suppressions over HTTP: ``/api/v1/suppressions``."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.compliance.adapters import suppressions
from services.compliance.domain.suppressions import Suppression
from services.compliance.entrypoints.models import (
    AddressIn,
    AddressOut,
    ChangeOut,
    CountsOut,
    SuppressionIn,
    SuppressionOut,
)
from services.compliance.use_cases.desk_changes import NotSuppressed, lift_for, suppress_for
from services.compliance.use_cases.register import Register
from shared.contracts.message import AddressHash
from shared.persistence.database import Database
from shared.web.idempotency import Answer, Idempotency, Write, write_of
from shared.web.problems import Problem, documented
from shared.web.tokens import ApiTokens, Principal, allow

Change = Callable[[AsyncConnection, Register, str, str, str], Awaitable[Sequence[Suppression]]]
PREFIX = "/api/v1/suppressions"


def reading_router(database: Database, register: Register, tokens: ApiTokens) -> APIRouter:
    """Return the routes that look suppressions up."""
    router = APIRouter(prefix=PREFIX, tags=["suppressions"])
    desk_only = Depends(allow(tokens, "desk"))
    counting = Depends(allow(tokens, "desk", "reader"))

    @router.get("", summary="What an address must not get, by its hash", responses=documented(401, 403, 422))
    async def by_hash(
        _: Annotated[Principal, desk_only], given: Annotated[AddressHash, Query(alias="hash")]
    ) -> AddressOut:
        async with database.begin() as conn:
            return await _known(conn, bytes.fromhex(given))

    @router.post("/lookup", summary="What an address must not get", responses=documented(401, 403, 422))
    async def by_address(given: AddressIn, _: Annotated[Principal, desk_only]) -> AddressOut:
        async with database.begin() as conn:
            return await _known(conn, register.hash_of(given.address))

    @router.get("/count", summary="How many suppressions hold", responses=documented(401, 403))
    async def count(_: Annotated[Principal, counting]) -> CountsOut:
        async with database.begin() as conn:
            found = await suppressions.counts(conn)
        by_scope: Counter[str] = Counter()
        by_reason: Counter[str] = Counter()
        for (scope, reason), number in found.items():
            by_scope[scope] += number
            by_reason[reason] += number
        return CountsOut(total=sum(found.values()), by_scope=by_scope, by_reason=by_reason)

    return router


def writing_router(register: Register, tokens: ApiTokens, idempotency: Idempotency) -> APIRouter:
    """Return the routes by which the desk changes suppressions."""
    router = APIRouter(prefix=PREFIX, tags=["suppressions"])
    desk_only = Depends(allow(tokens, "desk"))
    problems = documented(400, 401, 403, 404, 409, 422)

    async def run(given: SuppressionIn, caller: Principal, write: Write, change: Change) -> Response:
        async def effect(conn: AsyncConnection) -> Answer:
            await change(conn, register, given.address, given.scope, caller.subject)
            return Answer(200, await _known(conn, register.hash_of(given.address)))

        try:
            return await idempotency.run(write, caller.subject, effect)
        except NotSuppressed:
            raise Problem(404, "The address is not suppressed within that scope") from None

    @router.post("", response_model=AddressOut, responses=problems,
                 summary="Opt somebody out at their wish; the address is not stored")  # fmt: skip
    async def add(
        given: SuppressionIn,
        caller: Annotated[Principal, desk_only],
        write: Annotated[Write, Depends(write_of)],
    ) -> Response:
        return await run(given, caller, write, suppress_for)

    @router.post("/lift", response_model=AddressOut, responses=problems,
                 summary="Lift a suppression at the person's wish")  # fmt: skip
    async def lift(
        given: SuppressionIn,
        caller: Annotated[Principal, desk_only],
        write: Annotated[Write, Depends(write_of)],
    ) -> Response:
        return await run(given, caller, write, lift_for)

    return router


async def _known(conn: AsyncConnection, address_hash: bytes) -> AddressOut:
    found = await suppressions.of_address(conn, address_hash)
    history = await suppressions.audit_of(conn, address_hash)
    return AddressOut(
        address_hash=address_hash.hex(),
        suppressions=[SuppressionOut.model_validate(item, from_attributes=True) for item in found],
        history=[ChangeOut.model_validate(dict(row)) for row in history],
    )
