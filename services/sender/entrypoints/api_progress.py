"""How far an edition has come, as JSON."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.sender.adapters import progress
from services.sender.adapters.progress import EditionSeen
from services.sender.domain.progress import standing
from services.sender.domain.states import State
from shared.clock import Clock
from shared.persistence.database import Database
from shared.web.problems import Problem, documented
from shared.web.tokens import Principal

Guard = Callable[..., Principal]
EXAMPLE_EDITION = "0190b3a0-7f4e-7c3a-9f5e-2a4d6c8e0a11"


class Progress(BaseModel):
    """How far an edition has come. ``claimed`` counts what a worker holds, begun or not."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "edition_id": EXAMPLE_EDITION,
                "wednesday": "2027-02-17",
                "ready": True,
                "mails": 6902,
                "prepared": 6902,
                "planned": 1200,
                "claimed": 340,
                "handed_over": 5358,
                "accepted": 5300,
                "deferred": 12,
                "refused": 30,
                "suppressed": 20,
                "uncertain": 0,
                "bounced": 0,
                "left": 1552,
                "rate": 812.5,
                "expected_end": "2027-02-17T08:15:02+00:00",
            }
        }
    )

    edition_id: UUID
    wednesday: date | None
    ready: bool = Field(description="Whether its texts are here; before that its mails wait.")
    mails: int | None = Field(description="Mails that the scheduler said there would be.")
    prepared: int = Field(description="Mails that stand in the ledger.")
    planned: int
    claimed: int
    handed_over: int = Field(description="Mails that were begun at least once, whatever came of it.")
    accepted: int = Field(description="Mails for which the relay took responsibility.")
    deferred: int = Field(description="Mails that the relay did not take yet: tried again later.")
    refused: int = Field(description="Mails that failed for good.")
    suppressed: int
    uncertain: int
    bounced: int = Field(description="Mails that the relay had accepted and that came back.")
    left: int = Field(description="Mails without an outcome, those that are not prepared yet included.")
    rate: float = Field(description="Mails accepted per second over the last minute.")
    expected_end: datetime | None = Field(
        description="When all will have gone at this rate and the last deferred mail is tried again; null "
        "when nothing is left or moves, and while the edition is paused."
    )


def add_progress(api: APIRouter, database: Database, clock: Clock, readers: Guard) -> None:
    """Add the route."""

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
            seen = await progress.count(conn, edition_id, now)
        if seen is None:
            raise Problem(404, "There is no such edition")
        return _progress(edition_id, seen, now)


def _progress(edition_id: UUID, seen: EditionSeen, now: datetime) -> Progress:
    states = seen.counts.by_state
    return Progress(
        edition_id=edition_id,
        wednesday=seen.wednesday,
        ready=seen.ready,
        mails=seen.counts.announced,
        planned=states.get(State.PLANNED, 0),
        claimed=states.get(State.CLAIMED, 0) + states.get(State.SUBMITTING, 0),
        **asdict(standing(seen.counts, now)),
    )
