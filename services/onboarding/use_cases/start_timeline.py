"""Start a newcomer's timeline (C1–C9): its steps, the letter and the mail to the member contact."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.onboarding.adapters import steps, timelines
from services.onboarding.domain.newcomers import Newcomer
from services.onboarding.domain.timeline import plan
from services.onboarding.use_cases.correspondence import MAILS, Correspondence
from shared.contracts.crm import InterestRegistered
from shared.ids import new_id
from shared.messaging.consuming import Received


async def start_timeline(
    conn: AsyncConnection, correspondence: Correspondence, received: Received[InterestRegistered]
) -> None:
    """Start it once for each interest, whatever a later message says of the same."""
    said = received.data
    timeline_id = new_id()
    is_new = await timelines.start(
        conn,
        timeline_id=timeline_id,
        interest_id=said.interest_id,
        unit_id=said.unit_id,
        registered_at=said.registered_at,
        started_at=received.now,
    )
    if not is_new:
        return
    newcomer = Newcomer(
        said.person_id,
        said.first_name,
        said.last_name,
        said.email,
        said.phone,
        said.language,
        said.wishes.replace("\x00", ""),
    )
    await timelines.add_newcomer(conn, timeline_id, newcomer)
    await timelines.add_steps(
        conn, timeline_id, plan(said.registered_at, correspondence.limits, correspondence.zone)
    )
    for step in MAILS:
        row = await steps.of_timeline(conn, timeline_id, step)
        await correspondence.write(conn, row, received.now, received.correlation_id)
