"""Park an edition whose Wednesday passed without it: a person decides, it is never sent late by itself."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, orders
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionInput, EditionState
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.use_cases.move_closed import CALENDAR
from shared.clock import Clock
from shared.contracts.scheduler import EditionParked
from shared.contracts.sender import SendMessage
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database

log = structlog.get_logger(__name__)
PARKED = Gauge("onsdag_editions_parked", "Editions that missed their day and wait for a person (A2)")
MISSED = "Utskicket hann inte gå på sin dag; det går inte av sig självt (A2)."


@dataclass(frozen=True)
class ParkMissed:
    """Parks what was neither frozen nor released in time, and calls a person. Runs before those two.

    ``desk`` gets a mail; who has a system for alarms reads the message or the gauge.
    """

    database: Database
    outbox: Outbox
    clock: Clock
    plan: WeekPlan
    park_after: timedelta
    desk: str

    async def __call__(self) -> None:
        now = self.clock.now()
        async with self.database.begin() as conn:
            for state in (EditionState.OPEN, EditionState.FROZEN, EditionState.HELD):
                leaves = now + self.plan.undo if state is EditionState.OPEN else now
                missed = self.plan.missed_before(leaves, self.park_after)
                for known in await editions.in_state(conn, state):
                    if known.release_at < missed:
                        await self._park(conn, known)
            PARKED.set(len(await editions.in_state(conn, EditionState.PARKED)))

    async def _park(self, conn: AsyncConnection, known: Edition) -> None:
        edition = await editions.by_id(conn, known.edition_id, lock=True)
        if edition is None or edition.state is not known.state:
            return
        now = self.clock.now()
        await editions.move(conn, edition, EditionInput.MISS, now)
        await editions.note_decision(conn, edition, "park", CALENDAR, MISSED, now)
        placed = await orders.on_edition(conn, edition.edition_no)
        said = EditionParked(
            edition_id=edition.edition_id,
            wednesday=edition.wednesday,
            at=now,
            order_ids=tuple(order.order_id for order in placed if not order.withdrawn),
        )
        await self.outbox.add(conn, said, correlation_id=edition.edition_id)
        await self.outbox.add(conn, notice_to_desk(said, self.desk), correlation_id=edition.edition_id)
        log.error("edition_parked", wednesday=str(edition.wednesday))


def notice_to_desk(said: EditionParked, desk: str) -> SendMessage:
    """Return the mail that tells the desk."""
    return SendMessage(
        key=f"edition-parked:{said.edition_id}:{said.at:%Y-%m-%dT%H:%M:%S}",
        to=desk,
        subject=f"Utskicket {said.wednesday} har inte gått",
        markdown=_NOTICE.format(said=said, orders=len(said.order_ids)),
        purpose="edition-parked",
    )


_NOTICE = """Utskicket {said.wednesday} ({orders} beställningar) hann inte gå på sin dag. Det går inte av sig
självt: utskick går på onsdagar och ingen annan dag (A2).

Antingen låter ni det gå ändå (`POST /api/v1/editions/{said.edition_id}/resume`; en annan dag än dess
egen krävs två personer), eller så ställer ni in det (`…/stop`), och då får var och en som har beställt
besked.
"""
