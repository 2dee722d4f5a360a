"""Messages to use cases."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from services.onboarding.use_cases.copy_units import copy_units
from services.onboarding.use_cases.correspondence import Correspondence
from services.onboarding.use_cases.note_letter import note_letter
from services.onboarding.use_cases.start_timeline import start_timeline
from shared.contracts.crm import InterestRegistered
from shared.contracts.sender import MessageConcluded
from shared.messaging.consuming import Handler, Received


def handlers(correspondence: Correspondence) -> Mapping[str, Handler]:
    """Return the handler of each use case in the topology."""

    async def start(conn: AsyncConnection, received: Received[InterestRegistered]) -> None:
        await start_timeline(conn, correspondence, received)

    async def note(conn: AsyncConnection, received: Received[MessageConcluded]) -> None:
        await note_letter(conn, correspondence.outbox, received)

    return {"copy-units": copy_units, "start-timeline": start, "note-letter": note}
