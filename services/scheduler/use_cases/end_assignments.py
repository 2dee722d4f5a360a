"""Take over that assignments ended."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import register
from shared.contracts.crm import AssignmentEnded
from shared.messaging.consuming import Received


async def end_assignments(conn: AsyncConnection, received: Received[AssignmentEnded]) -> None:
    """Take over that assignments ended."""
    await register.end_assignments(conn, ((a.assignment_id, a.version) for a in received.data.assignments))
