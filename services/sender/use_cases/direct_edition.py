"""Pause, resume or stop an edition, as the scheduler says. Repeatable, and in any order."""

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters import flow
from services.sender.domain.flow import Flow, Ordered, after
from shared.clock import Clock
from shared.contracts.sender import PauseEdition, ResumeEdition, StopEdition
from shared.messaging.consuming import Received
from shared.persistence.database import Database

log = structlog.get_logger(__name__)


async def pause_edition(conn: AsyncConnection, received: Received[PauseEdition]) -> None:
    """Begin no further mail of the edition."""
    said = received.data
    if await _holds(conn, said, Flow.PAUSED):
        await flow.hold(conn, said.edition_id, received.now)


async def resume_edition(conn: AsyncConnection, received: Received[ResumeEdition]) -> None:
    """Let the edition go on."""
    said = received.data
    if await _holds(conn, said, Flow.RUNNING):
        await flow.let_go(conn, said.edition_id)


async def stop_edition(conn: AsyncConnection, received: Received[StopEdition]) -> None:
    """Suppress what is not being submitted; what comes later or back is swept (``SweepStopped``)."""
    said = received.data
    reply = f"Utskicket stoppades: {said.reason}"[:500]
    if await _holds(conn, said, Flow.STOPPED, reply):
        concluded = await flow.stop(conn, said.edition_id, reply, received.now)
        log.info("edition_stopped", edition_id=str(said.edition_id), concluded=concluded)


async def _holds(
    conn: AsyncConnection, said: PauseEdition | ResumeEdition | StopEdition, wanted: Flow, reason: str = ""
) -> bool:
    """Note an order unless a later one is known; return whether it is news."""
    known = await flow.known(conn, said.edition_id)
    ordered = after(known, Ordered(wanted, said.sequence))
    if ordered == known:
        return False
    await flow.note(conn, said.edition_id, ordered, reason)
    return True


class SweepStopped:
    """A sweeper: mails that were on their way at the stop, and came back unsent, are concluded as well."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self) -> None:
        async with self._database.begin() as conn:
            for edition_id, reply in await flow.stopped(conn):
                await flow.stop(conn, edition_id, reply, self._clock.now())
