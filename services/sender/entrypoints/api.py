"""The sender's JSON interface."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from services.sender.adapters import progress
from services.sender.domain.progress import forecast
from services.sender.domain.states import Input, State
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
Guard = Callable[..., Principal]
_EDITION = "0190b3a0-7f4e-7c3a-9f5e-2a4d6c8e0a11"
_MAIL = "0190b3a0-8a11-7d20-8b1c-5e6f70819203"


class Progress(BaseModel):
    """How far an edition has come. ``claimed`` counts what a worker holds, begun or not."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "edition_id": _EDITION,
                "wednesday": "2027-02-17",
                "prepared": True,
                "mails": 6902,
                "recorded": 6902,
                "planned": 1200,
                "claimed": 340,
                "accepted": 5300,
                "deferred": 12,
                "failed": 30,
                "suppressed": 20,
                "uncertain": 0,
                "bounced": 0,
                "left": 1552,
                "rate": 812.5,
                "expected_end": "2027-02-17T08:00:09+00:00",
            }
        }
    )

    edition_id: UUID
    wednesday: date | None
    prepared: bool = Field(description="Whether its texts are here; before that its mails wait.")
    mails: int | None = Field(description="Mails that the scheduler said there would be.")
    recorded: int
    planned: int
    claimed: int
    accepted: int
    deferred: int
    failed: int
    suppressed: int
    uncertain: int
    bounced: int = Field(description="Mails that the relay had accepted and that came back.")
    left: int = Field(description="Mails without an outcome.")
    rate: float = Field(description="Mails accepted per second over the last minute.")
    expected_end: datetime | None


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
    _add_progress(api, database, clock, allow(tokens, "reader", "desk"))
    _add_mails(api, database, allow(tokens, "desk"))
    _add_uncertain(api, SettleUncertain(database, clock), allow(tokens, "desk"))
    return api


def _add_progress(api: APIRouter, database: Database, clock: Clock, readers: Guard) -> None:
    @api.get(
        "/editions/{edition_id}/progress",
        tags=["editions"],
        summary="How far an edition has come",
        dependencies=[Depends(readers)],
        responses=documented(401, 403, 404),
    )
    async def show_progress(edition_id: UUID) -> Progress:
        now = clock.now()
        async with database.begin() as conn:
            counts = await progress.count(conn, edition_id, now)
        if counts is None:
            raise Problem(404, "There is no such edition")
        return _progress(edition_id, counts, now)


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


def _progress(edition_id: UUID, counts: progress.EditionCounts, now: datetime) -> Progress:
    states = dict(counts.by_state)
    ahead = forecast(states, counts.recent, progress.RATE_OVER, counts.first_accepted, now)
    return Progress(
        edition_id=edition_id,
        wednesday=counts.wednesday,
        prepared=counts.prepared_at is not None,
        mails=counts.planned_mails,
        recorded=sum(states.values()),
        planned=states.get(State.PLANNED, 0),
        claimed=states.get(State.CLAIMED, 0) + states.get(State.SUBMITTING, 0),
        accepted=states.get(State.ACCEPTED, 0),
        deferred=states.get(State.DEFERRED, 0),
        failed=states.get(State.FAILED, 0),
        suppressed=states.get(State.SUPPRESSED, 0),
        uncertain=states.get(State.UNCERTAIN, 0),
        bounced=states.get(State.BOUNCED, 0),
        left=ahead.left,
        rate=ahead.rate,
        expected_end=ahead.expected_end,
    )
