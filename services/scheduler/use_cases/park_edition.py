"""Park an edition whose day passed without it or has become closed, and pause one whose day ended on its way.

A person decides: nothing is sent late by itself.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, orders, planned_mails, turns
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.editions import EditionInput, EditionState
from services.scheduler.domain.late_editions import Deadline
from services.scheduler.use_cases.move_closed import CALENDAR
from shared.clock import Clock
from shared.contracts.scheduler import EditionParked
from shared.contracts.sender import PauseEdition, SendMessage
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database

log = structlog.get_logger(__name__)
PARKED = Gauge("onsdag_editions_parked", "Editions that missed their day and wait for a person (A2)")
MISSED = "Utskicket hann inte gå på sin dag; det går inte av sig självt (A2)."
MISSED_ON_ITS_WAY = "Utskicket hann inte gå klart på sin dag; resten går inte av sig självt (A2)."
HAS_CLOSED = "Dagen har blivit stängd; utskicket går inte av sig självt en annan dag (A2)."
MISSABLE = (
    EditionState.OPEN,
    EditionState.FROZEN,
    EditionState.HELD,
    EditionState.RELEASING,
    EditionState.RELEASED,
)
NOT_HELD = (EditionState.OPEN, EditionState.FROZEN)
"""What leaves unless somebody hinders it."""


@dataclass(frozen=True)
class ParkMissed:
    """Parks or pauses what has not left in time, and calls a person. Runs before whatever would send it.

    ``desk`` gets a mail; who has a system for alarms reads the message or the gauge.
    """

    database: Database
    outbox: Outbox
    clock: Clock
    deadline: Deadline
    desk: str

    async def __call__(self) -> None:
        now = self.clock.now()
        async with self.database.begin() as conn:
            for state in MISSABLE:
                for known in await editions.in_state(conn, state):
                    if self._is_missed(known, now):
                        await self._park(conn, known, now)
            paused = await editions.in_state(conn, EditionState.PAUSED)
            parked = await editions.in_state(conn, EditionState.PARKED)
            PARKED.set(len(parked) + sum(self._is_missed(each, now) for each in paused))

    def _is_missed(self, edition: Edition, now: datetime) -> bool:
        return self._has_closed(edition) or self.deadline.is_over(edition.state, edition.leaves_since, now)

    def _has_closed(self, edition: Edition) -> bool:
        """Whether people chose its day, and it has become closed. A Wednesday's moves by itself."""
        day = self.deadline.plan.day_of(edition.release_at)
        chosen = edition.extra_no is not None or day != edition.wednesday
        return chosen and edition.state in NOT_HELD and self.deadline.plan.is_closed(day)

    async def _has_more(self, conn: AsyncConnection, edition: Edition) -> bool:
        """Whether not everything is with the sender, who delivers what it has."""
        begun = edition.state in {EditionState.RELEASING, EditionState.RELEASED}
        return not begun or await planned_mails.any_unrecorded(conn, edition.edition_no)

    async def _park(self, conn: AsyncConnection, known: Edition, now: datetime) -> None:
        if not await self._has_more(conn, known):
            return
        edition = await turns.alone(conn, known.edition_id)
        if edition.state is not known.state or not await self._has_more(conn, edition):
            return
        state = await editions.move(conn, edition, EditionInput.MISS, now)
        on_its_way = state is EditionState.PAUSED
        verb = "pause" if on_its_way else "park"
        why = MISSED_ON_ITS_WAY if on_its_way else HAS_CLOSED if self._has_closed(edition) else MISSED
        sequence = await editions.note_decision(conn, edition, verb, CALENDAR, why, now)
        if on_its_way:
            pause = PauseEdition(edition_id=edition.edition_id, sequence=sequence)
            await self.outbox.add(conn, pause, correlation_id=edition.edition_id)
        placed = await orders.on_edition(conn, edition.edition_no)
        said = EditionParked(
            edition_id=edition.edition_id,
            wednesday=edition.wednesday,
            at=now,
            order_ids=tuple(order.order_id for order in placed if not order.withdrawn),
        )
        await self.outbox.add(conn, said, correlation_id=edition.edition_id)
        notice = notice_to_desk(said, self.desk, why)
        await self.outbox.add(conn, notice, correlation_id=edition.edition_id)
        log.error("edition_parked", wednesday=str(edition.wednesday), state=state)


def notice_to_desk(said: EditionParked, desk: str, why: str) -> SendMessage:
    """Return the mail that tells the desk. ``why``: one of the sentences above."""
    return SendMessage(
        key=f"edition-parked:{said.edition_id}:{said.at:%Y-%m-%dT%H:%M:%S}",
        to=desk,
        subject=f"Utskicket {said.wednesday} {_HAPPENED[why]}",
        markdown=_NOTICE.format(said=said, orders=len(said.order_ids), why=why),
        purpose="edition-parked",
    )


_HAPPENED = {
    MISSED: "har inte gått",
    MISSED_ON_ITS_WAY: "hann inte gå klart",
    HAS_CLOSED: "går inte: dagen är stängd",
}
_NOTICE = """Det gäller utskicket {said.wednesday} ({orders} beställningar). {why}

Antingen låter ni det gå ändå (`POST /api/v1/editions/{said.edition_id}/resume`; en annan dag än dess
egen krävs två personer), eller så ställer ni in det (`…/stop`), och då får var och en som har beställt
besked.
"""
