"""The sender's JSON interface."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from services.sender.adapters import progress
from services.sender.domain.states import Input, State
from services.sender.entrypoints.api_progress import EXAMPLE_EDITION as _EDITION
from services.sender.entrypoints.api_progress import Guard, add_progress
from services.sender.use_cases.settle_uncertain import (
    EditionIsStopped,
    NoSuchMail,
    NotUncertain,
    SettleUncertain,
)
from shared.clock import Clock
from shared.persistence.database import Database
from shared.web.problems import Problem, documented
from shared.web.tokens import ApiTokens, Principal, allow

PAGE = 200
_MAIL = "0190b3a0-8a11-7d20-8b1c-5e6f70819203"


class Mail(BaseModel):
    """One mail of the ledger."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "mail_id": _MAIL,
                "edition_id": _EDITION,
                "key": None,
                "purpose": None,
                "address": "anna.aker@example.org",
                "language": "sv",
                "state": "accepted",
                "attempts": 1,
                "uncertainties": 0,
                "reply": "250 2.0.0 Ok: queued",
                "recorded_at": "2027-02-17T07:58:40+00:00",
                "updated_at": "2027-02-17T08:00:02+00:00",
                "next_attempt_at": None,
            }
        },
    )

    mail_id: UUID
    edition_id: UUID | None
    key: str | None
    purpose: str | None
    address: str
    language: str
    state: State
    attempts: int
    uncertainties: int
    reply: str
    recorded_at: datetime
    updated_at: datetime
    next_attempt_at: datetime | None


class MailPage(BaseModel):
    """Mails by their ids. ``next`` is the ``after`` of the following page, null on the last."""

    mails: list[Mail]
    next: UUID | None


class Settled(BaseModel):
    """What became of a held mail."""

    mail_id: UUID
    state: State


def router(database: Database, clock: Clock, tokens: ApiTokens) -> APIRouter:
    """Return the routes under ``/api/v1``."""
    api = APIRouter(prefix="/api/v1")
    add_progress(api, database, clock, allow(tokens, "reader", "desk"))
    _add_mails(api, database, allow(tokens, "desk"))
    _add_uncertain(api, SettleUncertain(database, clock), allow(tokens, "desk"))
    return api


def _add_mails(api: APIRouter, database: Database, desk: Guard) -> None:
    @api.get(
        "/editions/{edition_id}/mails",
        tags=["mails"],
        summary="The mails of an edition, by state",
        dependencies=[Depends(desk)],
        responses=documented(401, 403, 422),
    )
    async def list_mails(
        edition_id: UUID,
        state: State | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
    ) -> MailPage:
        async with database.begin() as conn:
            found = await progress.page(conn, edition_id, state, after, limit)
        mails = [Mail.model_validate(each) for each in found]
        return MailPage(mails=mails, next=mails[-1].mail_id if len(mails) == limit else None)

    @api.get(
        "/mails/{mail_id}",
        tags=["mails"],
        summary="One mail, and where it stands",
        dependencies=[Depends(desk)],
        responses=documented(401, 403, 404),
    )
    async def show_mail(mail_id: UUID) -> Mail:
        async with database.begin() as conn:
            found = await progress.one(conn, mail_id)
        if found is None:
            raise Problem(404, "There is no such mail")
        return Mail.model_validate(found)


def _add_uncertain(api: APIRouter, settle: SettleUncertain, desk: Guard) -> None:
    @api.post(
        "/uncertain/{mail_id}/{decision}",
        tags=["uncertain"],
        summary="Send a held mail again, or give it up",
        responses=documented(401, 403, 404, 409),
    )
    async def settle_mail(
        mail_id: UUID, decision: Literal["resend", "drop"], caller: Annotated[Principal, Depends(desk)]
    ) -> Settled:
        try:
            state = await settle(mail_id, Input(decision), caller.subject)
        except NoSuchMail:
            raise Problem(404, "There is no such mail") from None
        except EditionIsStopped:
            raise Problem(
                409, "Its edition was stopped", "Nothing of a stopped edition is sent again; drop the mail."
            ) from None
        except NotUncertain as problem:
            raise Problem(409, "Nothing about this mail is uncertain", f"It is {problem.state}.") from None
        return Settled(mail_id=mail_id, state=state)
