"""The mailbox over HTTP: what came, what waits for people, and what they decide."""

from collections.abc import Callable, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.mailbox import desk, records
from services.sender.adapters.mailbox.sent import find_sent, sections_in
from services.sender.domain.edition import Section
from services.sender.domain.mailbox.decisions import Unchangeable
from services.sender.domain.mailbox.verdict import Kind
from services.sender.entrypoints.models_of_mailbox import (
    ClassFigures,
    MailboxFigures,
    MessageDetails,
    MessagePage,
    MessageSummary,
    NewClass,
    details,
    summary,
)
from services.sender.use_cases.mailbox.handle_message import HandledBefore, HandleMessage, NoSuchMessage
from shared.persistence.database import Database
from shared.web.problems import Problem, documented
from shared.web.tokens import ApiTokens, Principal, allow

PAGE = 200
Guard = Callable[..., Principal]


def mailbox_router(database: Database, handle: HandleMessage, tokens: ApiTokens) -> APIRouter:
    """Return the routes under ``/api/v1/mailbox``."""
    api = APIRouter(prefix="/api/v1/mailbox", tags=["mailbox"])
    _add_figures(api, database, allow(tokens, "reader", "desk"))
    _add_reading(api, database, allow(tokens, "desk"))
    _add_source(api, database, allow(tokens, "desk"))
    _add_decisions(api, handle, allow(tokens, "desk"))
    return api


def _add_figures(api: APIRouter, database: Database, readers: Guard) -> None:
    @api.get(
        "/figures",
        summary="How much came, by class, and how much waits",
        dependencies=[Depends(readers)],
        responses=documented(401, 403),
    )
    async def show_figures() -> MailboxFigures:
        async with database.begin() as conn:
            rows = await desk.counts(conn)
        classes = [ClassFigures.model_validate(dict(row)) for row in rows]
        return MailboxFigures(
            waiting=sum(each.waiting for each in classes),
            not_passed_on=sum(each.not_passed_on for each in classes),
            classes=classes,
        )


def _add_reading(api: APIRouter, database: Database, desk_only: Guard) -> None:
    @api.get(
        "",
        summary="Messages, newest first",
        dependencies=[Depends(desk_only)],
        responses=documented(401, 403, 422),
    )
    async def list_messages(
        kind: Annotated[Kind | None, Query(alias="class")] = None,
        waiting: Annotated[bool, Query(description="Only those that wait for somebody.")] = False,
        before: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = 50,
    ) -> MessagePage:
        async with database.begin() as conn:
            found = await desk.listed(conn, desk.Selection(kind, waiting, before, limit))
        following = found[-1]["message_id"] if len(found) == limit else None
        return MessagePage(messages=[summary(row) for row in found], next=following)

    @api.get(
        "/{message_id}",
        summary="One message: its words, its evidence, and the orders of the mail it is about",
        dependencies=[Depends(desk_only)],
        responses=documented(401, 403, 404),
    )
    async def show_message(message_id: UUID) -> MessageDetails:
        async with database.begin() as conn:
            row = await desk.find(conn, message_id)
            if row is None:
                raise Problem(404, "There is no such message")
            return details(row, await _sections(conn, row["mail_id"]))


async def _sections(conn: AsyncConnection, mail_id: UUID | None) -> Sequence[Section]:
    mail = await find_sent(conn, mail_id) if mail_id else None
    return await sections_in(conn, mail) if mail else ()


def _add_source(api: APIRouter, database: Database, desk_only: Guard) -> None:
    @api.get(
        "/{message_id}/source",
        summary="The message itself, where a server pushed it here",
        dependencies=[Depends(desk_only)],
        response_class=Response,
        responses=documented(401, 403, 404)
        | {200: {"content": {"application/octet-stream": {}}, "description": "As it came, to save as .eml."}},
    )
    async def show_source(message_id: UUID) -> Response:
        async with database.begin() as conn:
            content = await records.content_of(conn, message_id)
        if content is None:
            raise Problem(
                404, "The message is not kept here", "It lies in the mailbox, or is forgotten (F5)."
            )
        named = {"Content-Disposition": f'attachment; filename="{message_id}.eml"'}
        return Response(content, media_type="application/octet-stream", headers=named)


def _add_decisions(api: APIRouter, handle: HandleMessage, desk_only: Guard) -> None:
    @api.post(
        "/{message_id}/handled",
        summary="Say that somebody has taken care of it",
        responses=documented(401, 403, 404, 409),
    )
    async def mark_handled(
        message_id: UUID, caller: Annotated[Principal, Depends(desk_only)]
    ) -> MessageSummary:
        try:
            return summary(await handle.done(message_id, caller.subject))
        except NoSuchMessage:
            raise Problem(404, "There is no such message") from None
        except HandledBefore as problem:
            raise Problem(409, "Somebody else has handled it", f"It was {problem.by}.") from None

    @api.put(
        "/{message_id}/class",
        summary="Say what a message is: an order becomes a draft, an opt-out is obeyed",
        responses=documented(401, 403, 404, 409, 422),
    )
    async def change_class(
        message_id: UUID, given: NewClass, caller: Annotated[Principal, Depends(desk_only)]
    ) -> MessageSummary:
        try:
            return summary(await handle.reclassify(message_id, given.kind, caller.subject))
        except NoSuchMessage:
            raise Problem(404, "There is no such message") from None
        except Unchangeable as problem:
            raise Problem(409, "The class of this message cannot be changed to that", str(problem)) from None
