"""The scheduler's API: figures for many, names for the desk."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import delivery_progress, editions, merge, names, orders, overview, savings
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionState
from services.scheduler.domain.exclusions import EXPLANATIONS, Reason
from services.scheduler.entrypoints import schemas
from services.scheduler.settings import SchedulerSettings
from shared.hosting import Foundation
from shared.web.problems import Problem, documented
from shared.web.tokens import ApiTokens, allow


def api_tokens(base: Foundation, settings: SchedulerSettings) -> ApiTokens:
    """Return the reader of tokens, which knows those revoked."""
    revoked = frozenset(part.strip() for part in settings.revoked_tokens.split(",") if part.strip())
    return ApiTokens(settings.secret, base.clock, revoked)


def make_router(base: Foundation, settings: SchedulerSettings) -> APIRouter:
    """Return the routes, over one database."""
    tokens = api_tokens(base, settings)
    router = APIRouter(prefix="/api/v1", responses=documented(401, 403))
    sees_figures = [Depends(allow(tokens, "desk", "reader"))]
    _add_figures(router, base, sees_figures)
    sees_names = [Depends(allow(tokens, "desk"))]
    _add_names(router, base, sees_names)
    return router


def _add_figures(router: APIRouter, base: Foundation, allowed: list[Any]) -> None:
    @router.get("/editions", summary="The latest Wednesdays", dependencies=allowed, tags=["editions"])
    async def list_editions(limit: Annotated[int, Query(ge=1, le=200)] = 20) -> schemas.EditionList:
        async with base.database.begin() as conn:
            found = await summaries(conn, await editions.latest(conn, limit))
        return schemas.EditionList(editions=[schemas.EditionSummary(**edition) for edition in found])

    @router.get(
        "/editions/{edition_id}",
        summary="An edition's figures",
        dependencies=allowed,
        responses=documented(404),
        tags=["editions"],
    )
    async def show_edition(edition_id: UUID) -> schemas.EditionFigures:
        async with base.database.begin() as conn:
            return await _figures(conn, await find_edition(conn, edition_id))

    @router.get(
        "/register", summary="How much of the register is here", dependencies=allowed, tags=["register"]
    )
    async def count_register(min_version: Annotated[int, Query(ge=0)] = 0) -> schemas.RegisterCounts:
        async with base.database.begin() as conn:
            counted = await overview.register(conn, min_version)
            return schemas.RegisterCounts(**counted, names=await names.count(conn))


def _add_names(router: APIRouter, base: Foundation, allowed: list[Any]) -> None:
    @router.get(
        "/editions/{edition_id}/exclusions",
        summary="Who was left out of an edition, and why",
        dependencies=allowed,
        responses=documented(404, 422),
        tags=["editions"],
    )
    async def list_exclusions(
        edition_id: UUID,
        order: UUID | None = None,
        reason: Reason | None = None,
        after: Annotated[str, Query(pattern=r"^\d{1,18}-\d{1,18}$", description="`next` of a page.")] = "0-0",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> schemas.ExclusionPage:
        order_no, _, person_key = after.partition("-")
        async with base.database.begin() as conn:
            edition = await find_edition(conn, edition_id)
            found = await overview.exclusions(
                conn,
                edition.edition_no,
                order_id=order,
                reason=reason,
                after=(int(order_no), int(person_key)),
                limit=limit,
            )
        return _page(found, limit)


async def find_edition(conn: AsyncConnection, edition_id: UUID) -> Edition:
    """Return an edition, or say that there is none."""
    edition = await editions.by_id(conn, edition_id)
    if edition is None:
        raise Problem(404, "There is no such edition")
    return edition


async def summaries(conn: AsyncConnection, found: list[Edition]) -> list[dict[str, Any]]:
    """Return the fields of ``schemas.EditionSummary`` for each edition."""
    briefs = await overview.summaries(conn, [edition.edition_no for edition in found])
    return [_summary(edition, briefs[edition.edition_no]) for edition in found]


def _summary(edition: Edition, brief: overview.Summary) -> dict[str, Any]:
    return {
        "edition_id": edition.edition_id,
        "wednesday": edition.wednesday,
        "state": edition.state,
        "freeze_at": edition.freeze_at,
        "undo_from": edition.undo_at,
        "release_at": edition.release_at,
        "pairs": edition.pairs,
        "mails": edition.mails,
        "saved_percent": round(_saved_percent(edition, brief), 1),
        "orders": brief.orders,
        "excluded": brief.excluded,
        "outcomes": brief.outcomes,
    }


def _saved_percent(edition: Edition, brief: overview.Summary) -> float:
    """Of the mails there would be without merging: as decided, or of what left before it was stopped."""
    if edition.state in (EditionState.PARKED, EditionState.STOPPED):
        saved = brief.saved or 0.0
        left = sum(mails for state, mails in brief.outcomes.items() if state not in ("planned", "suppressed"))
        return 100 * saved / (left + saved) if saved else 0.0
    return 100 * (1 - edition.mails / edition.pairs) if edition.pairs else 0.0


async def _figures(conn: AsyncConnection, edition: Edition) -> schemas.EditionFigures:
    excluded = await merge.excluded(conn, edition.edition_no)
    later = await overview.withheld(conn, edition.edition_no)
    spared = await savings.of_edition(conn, edition.edition_no)
    progress = await overview.progress(conn, edition.edition_no)
    delivery = await delivery_progress.read(conn, edition.edition_no)
    placed = [
        _order(
            order,
            excluded.get(order.order_no, {}),
            later.get(order.order_no, 0),
            spared.get(order.order_no),
        )
        for order in await orders.on_edition(conn, edition.edition_no)
    ]
    return schemas.EditionFigures(
        **(await summaries(conn, [edition]))[0],
        frozen_at=edition.frozen_at,
        releasing_at=edition.releasing_at,
        released_at=edition.released_at,
        completed_at=edition.completed_at,
        parked_at=edition.parked_at,
        paused_at=edition.paused_at,
        stopped_at=edition.stopped_at,
        ordered=sum(order.ordered for order in placed),
        batches=progress.batches,
        batches_handed=progress.handed,
        batches_recorded=progress.recorded,
        delivery=schemas.DeliveryProgress.model_validate(delivery) if delivery else None,
        per_order=placed,
    )


def _order(
    order: orders.PlacedOrder, excluded: dict[str, int], later: int, spared: savings.Saving | None
) -> schemas.OrderOnEdition:
    recipients = (order.recipients or 0) - later
    return schemas.OrderOnEdition(
        order_id=order.order_id,
        title=order.title,
        unit_name=order.unit_name,
        order_class=order.order_class,
        position=order.position,
        withdrawn=order.withdrawn,
        ordered=recipients + sum(excluded.values()),
        recipients=recipients,
        excluded=excluded,
        together=spared.together if spared else None,
        saved=spared.saved if spared else None,
    )


def _page(found: list[overview.Exclusion], limit: int) -> schemas.ExclusionPage:
    entries = [
        schemas.ExclusionEntry(
            order_id=e.order_id,
            title=e.title,
            person_id=e.person_id,
            name=e.name,
            reason=e.reason,
            sentence=EXPLANATIONS[Reason(e.reason)],
            after_freeze=e.after_freeze,
        )
        for e in found
    ]
    full = len(found) == limit
    return schemas.ExclusionPage(
        exclusions=entries, next=f"{found[-1].order_no}-{found[-1].person_key}" if full else None
    )
