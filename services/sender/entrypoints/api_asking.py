"""Texts to one person, for the people who write them: ask for one, look at it, take it back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.texts import figures
from services.sender.adapters.texts.figures import ShownText
from services.sender.domain.texts.sending import SENTENCES, Reason
from services.sender.entrypoints.text_models import AskedText, TextShown, shown
from services.sender.use_cases.texts.ask_text import AskText, NotSendable
from services.sender.use_cases.texts.withdraw_texts import Left, withdraw_text
from shared.clock import Clock
from shared.contracts.texts import SendText
from shared.ids import new_id
from shared.persistence.database import Database
from shared.web.idempotency import Answer, Idempotency, Write, write_of
from shared.web.problems import Problem, documented
from shared.web.tokens import ApiTokens, Principal, allow

_WRONG = frozenset({Reason.WRONG_NUMBER, Reason.NOT_MOBILE, Reason.TOO_LONG})
"""What is wrong with the request itself; all else may be otherwise another day."""

_RULES = {Reason.TOO_LONG: "D7", Reason.EXPIRED: "D7", Reason.OVER_THE_CAP: "D2", Reason.SUPPRESSED: "F1"}


Guard = Callable[..., Principal]


@dataclass(frozen=True)
class Counter:
    """What the routes work with. ``zone`` is the organisation's."""

    database: Database
    clock: Clock
    ask: AskText
    idempotency: Idempotency
    zone: ZoneInfo

    async def find(self, conn: AsyncConnection, text_id: UUID, caller: Principal) -> ShownText:
        """Return a text. A member contact sees those they asked for, and no others (F4)."""
        found = await figures.one(conn, text_id)
        if found is None or (caller.role == "member_contact" and found.asked_by != caller.subject):
            raise Problem(404, "There is no such text")
        return found

    async def show(self, conn: AsyncConnection, text_id: UUID, caller: Principal) -> TextShown:
        return shown(await self.find(conn, text_id, caller), self.clock.now(), self.zone)


def asking_router(counter: Counter, tokens: ApiTokens) -> APIRouter:
    """Return the routes of single texts under ``/api/v1``."""
    api = APIRouter(prefix="/api/v1/texts", tags=["texts"])
    writer = allow(tokens, "desk", "member_contact")
    _add_asking(api, counter, writer)
    _add_looking(api, counter, writer)
    return api


def _add_asking(api: APIRouter, counter: Counter, writer: Guard) -> None:
    @api.post(
        "",
        status_code=201,
        response_model=TextShown,
        summary="Send a text to one person, in their daytime",
        responses=documented(400, 401, 403, 409, 422),
    )
    async def ask(
        given: AskedText,
        caller: Annotated[Principal, Depends(writer)],
        write: Annotated[Write, Depends(write_of)],
    ) -> Response:
        async def effect(conn: AsyncConnection) -> Answer:
            text_id = await counter.ask(conn, _command(given), caller.subject, counter.clock.now())
            told = await counter.show(conn, text_id, caller)
            return Answer(201, told, {"Location": f"/api/v1/texts/{text_id}"})

        try:
            return await counter.idempotency.run(write, caller.subject, effect)
        except NotSendable as problem:
            raise _refusal(problem.reason) from None


def _add_looking(api: APIRouter, counter: Counter, writer: Guard) -> None:
    @api.get("/{text_id}", summary="One text, and where it stands", responses=documented(401, 403, 404))
    async def show(text_id: UUID, caller: Annotated[Principal, Depends(writer)]) -> TextShown:
        async with counter.database.begin() as conn:
            return await counter.show(conn, text_id, caller)

    @api.post(
        "/{text_id}/withdraw",
        summary="Take back a text that waits",
        responses=documented(401, 403, 404, 409),
    )
    async def withdraw(text_id: UUID, caller: Annotated[Principal, Depends(writer)]) -> TextShown:
        async with counter.database.begin() as conn:
            await counter.find(conn, text_id, caller)
            try:
                await withdraw_text(conn, text_id, caller.subject, counter.clock.now())
            except Left as problem:
                raise Problem(409, "The text does not wait any more", f"It is {problem.state}.") from None
            return await counter.show(conn, text_id, caller)


def _refusal(reason: Reason) -> Problem:
    status = 422 if reason in _WRONG else 409
    return Problem(status, "This text would not go", SENTENCES[reason], rule=_RULES.get(reason))


def _command(given: AskedText) -> SendText:
    return SendText(
        key=f"asked-{new_id()}",
        to=given.phone,
        text=given.words,
        purpose=given.purpose,
        valid_until=given.valid_until,
        person_ids=tuple(given.person_ids),
    )
