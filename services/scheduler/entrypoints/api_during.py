"""The API while an edition is on its way: pause, resume, stop, and the exact list of who got it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, recipients, tallies
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.recipients import Recipient
from services.scheduler.adapters.turns import UnknownEdition
from services.scheduler.domain.deliveries import DeliveryState, is_settled
from services.scheduler.domain.editions import EditionRefuses, EditionState
from services.scheduler.domain.extra_editions import ExtraRefused
from services.scheduler.domain.recipients import Received, received, states_of
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.entrypoints import schemas, schemas_during
from services.scheduler.entrypoints.api import api_tokens, find_edition, summaries
from services.scheduler.entrypoints.recipients_csv import as_csv
from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases.pause_edition import PauseEdition
from services.scheduler.use_cases.resume_edition import ResumeEdition
from services.scheduler.use_cases.stop_edition import StopEdition
from shared.hosting import Foundation
from shared.persistence.database import Database
from shared.web import spreadsheet
from shared.web.problems import Problem, documented
from shared.web.tokens import ApiTokens, Principal, allow

Decide = Callable[[UUID, str, str], Awaitable[Edition]]
CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "One line for each person, in UTF-8."}
}

WAITING = {EditionState.PARKED, EditionState.HELD, EditionState.PAUSED}
"""Still so after a resume: another person must say the same."""
DONE = {"pause": "paused", "resume": "resumed", "stop": "stopped"}
WHAT_IT_DOES = {
    "pause": """Nothing more of it leaves. Paused before its release it is held, and parked if its Wednesday
passes meanwhile; paused on its way, the sender begins no further mail.""",
    "resume": """A parked edition is frozen anew at once, a held or paused one goes on as it was decided. What
has not begun to leave does so after a whole undo window at the earliest; what was paused on its way goes on
at once. On another day than its own an edition goes on only when two people say so on that day (A2): the
first is answered 202 and it stays as it is. On a closed day nothing leaves.""",
    "stop": """For ever. Mails that the sender is just handing to the relay end as they end.""",
}


def during_router(base: Foundation, settings: SchedulerSettings, plan: WeekPlan) -> APIRouter:
    """Return the routes, over one database."""
    tokens = api_tokens(base, settings)
    router = APIRouter(prefix="/api/v1", responses=documented(401, 403), tags=["editions"])
    database, outbox, clock = base.database, base.outbox, base.clock
    decisions: dict[str, Decide] = {
        "pause": PauseEdition(database, outbox, clock),
        "resume": ResumeEdition(database, outbox, clock, plan),
        "stop": StopEdition(database, outbox, clock),
    }
    for verb, decide in decisions.items():
        _add_decision(router, database, tokens, verb, decide)
    sees_names = Depends(allow(tokens, "desk"))
    _add_log(router, database, sees_names)
    _add_recipients(router, base, settings.uncertain_after, sees_names)
    _add_export(router, database, sees_names)
    return router


def _add_decision(
    router: APIRouter, database: Database, tokens: ApiTokens, verb: str, decide: Decide
) -> None:
    @router.post(
        f"/editions/{{edition_id}}/{verb}",
        summary=f"{verb.capitalize()} an edition",
        description=WHAT_IT_DOES[verb],
        operation_id=f"{verb}_edition",
        responses=documented(404, 409, 422),
    )
    async def decided(
        edition_id: UUID,
        why: schemas_during.GivenReason,
        caller: Annotated[Principal, Depends(allow(tokens, "desk"))],
        response: Response,
    ) -> schemas.EditionSummary:
        try:
            edition = await decide(edition_id, caller.subject, why.reason)
        except UnknownEdition:
            raise Problem(404, "There is no such edition") from None
        except EditionRefuses as refusal:
            raise Problem(409, f"The edition cannot be {DONE[verb]} now", f"{refusal}.") from None
        except ExtraRefused as refusal:
            raise Problem(
                409, "Mailings leave on Wednesdays and no other day", str(refusal), rule="A2"
            ) from None
        if verb == "resume" and edition.state in WAITING:
            response.status_code = 202
        async with database.begin() as conn:
            return schemas.EditionSummary(**(await summaries(conn, [edition]))[0])


def _add_log(router: APIRouter, database: Database, sees_names: Any) -> None:
    @router.get(
        "/editions/{edition_id}/decisions",
        summary="What people decided about an edition, who and why",
        dependencies=[sees_names],
        responses=documented(404),
    )
    async def list_decisions(edition_id: UUID) -> schemas_during.DecisionList:
        async with database.begin() as conn:
            found = await editions.decisions(conn, await find_edition(conn, edition_id))
        told = [
            schemas_during.DecisionOut(decision=d.decision, by=d.by, reason=d.reason, at=d.at) for d in found
        ]
        return schemas_during.DecisionList(decisions=told)


def _add_recipients(router: APIRouter, base: Foundation, uncertain_after: timedelta, sees_names: Any) -> None:
    @router.get(
        "/editions/{edition_id}/recipients",
        summary="Who got an edition, who perhaps did, and who did not",
        dependencies=[sees_names],
        responses=documented(404, 422),
    )
    async def list_recipients(
        edition_id: UUID,
        kind: Annotated[Received | None, Query(alias="received")] = None,
        order: Annotated[UUID | None, Query(description="Only people who have this order.")] = None,
        after: Annotated[int, Query(ge=0, description="`next` of a page.")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000, description="Mails on a page.")] = 100,
    ) -> schemas_during.RecipientPage:
        async with base.database.begin() as conn:
            edition = await find_edition(conn, edition_id)
            counts = await tallies.of_edition(conn, edition.edition_no)
            found, following = await recipients.page(
                conn, edition.edition_no, _states(kind), order_id=order, after=after, mails=limit
            )
        mails = {each.value: sum(counts[s][0] for s in states_of(each) if s in counts) for each in Received}
        decided = edition.frozen_at is not None
        return schemas_during.RecipientPage(
            final=decided and is_settled(counts, base.clock.now(), uncertain_after),
            mails=mails,
            recipients=[_recipient(each) for each in found],
            next=following,
        )


def _add_export(router: APIRouter, database: Database, sees_names: Any) -> None:
    @router.get(
        "/editions/{edition_id}/recipients.csv",
        summary="The same list as a file, whole",
        dependencies=[sees_names],
        responses=documented(404, 422) | CSV,
        response_class=StreamingResponse,
    )
    async def export_recipients(
        edition_id: UUID,
        kind: Annotated[Received | None, Query(alias="received")] = None,
        order: UUID | None = None,
    ) -> StreamingResponse:
        async with database.begin() as conn:
            edition = await find_edition(conn, edition_id)
        name = f"recipients-{edition.wednesday}.csv"
        return StreamingResponse(
            as_csv(_all(database, edition, kind, order)),
            media_type=spreadsheet.MEDIA_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )


async def _all(
    database: Database, edition: Edition, kind: Received | None, order: UUID | None
) -> AsyncIterator[Recipient]:
    """Yield the list as it is at one moment."""
    async with database.begin() as conn:
        await _as_of_now(conn)
        async for each in recipients.everyone(conn, edition.edition_no, _states(kind), order):
            yield each


async def _as_of_now(conn: AsyncConnection) -> None:
    await conn.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _states(kind: Received | None) -> frozenset[DeliveryState]:
    return states_of(kind) if kind else frozenset(DeliveryState)


def _recipient(found: Recipient) -> schemas_during.RecipientOut:
    return schemas_during.RecipientOut(
        person_id=found.person_id,
        name=found.name,
        address=found.address,
        received=received(found.state).value,
        state=found.state,
        at=found.reported_at,
        reply=found.reply,
        order_ids=list(found.order_ids),
    )
