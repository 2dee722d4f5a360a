"""The API to what the copy of the register holds: ids, for comparing it with the CRM's own."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from services.scheduler.adapters import register_listing
from services.scheduler.entrypoints.api import api_tokens
from services.scheduler.settings import SchedulerSettings
from shared.hosting import Foundation
from shared.web.problems import documented
from shared.web.tokens import allow


class RegisterEntry(BaseModel):
    """``has_address``: whether a person has one that works. ``person_id``: who holds an assignment.

    The rest says what a unit is.
    """

    id: str
    has_address: bool | None = None
    person_id: str | None = None
    name: str | None = None
    kind: str | None = None
    region: str | None = None
    parent_id: str | None = None


class RegisterPage(BaseModel):
    """``next`` is what to ask ``after`` for the next page; null on the last."""

    entries: list[RegisterEntry]
    next: str | None = None


def register_router(base: Foundation, settings: SchedulerSettings) -> APIRouter:
    """Return the routes, over one database."""
    allowed = [Depends(allow(api_tokens(base, settings), "admin"))]
    router = APIRouter(prefix="/api/v1", responses=documented(401, 403), tags=["register"])

    @router.get(
        "/register/{kind}",
        summary="What the copy of the register holds, by id",
        dependencies=allowed,
        responses=documented(422),
    )
    async def list_register(
        kind: Literal["persons", "assignments", "units"],
        after: Annotated[str, Query(max_length=200, description="`next` of a page.")] = "",
        limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    ) -> RegisterPage:
        async with base.database.begin() as conn:
            found = await register_listing.page(conn, kind, after, limit)
        entries = [RegisterEntry(**vars(entry)) for entry in found]
        return RegisterPage(entries=entries, next=found[-1].id if len(found) == limit else None)

    return router
