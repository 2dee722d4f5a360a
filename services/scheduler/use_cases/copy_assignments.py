"""Take over assignments from the CRM."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import register
from services.scheduler.adapters.register import AssignmentRow
from services.scheduler.domain.versions import newest
from shared.contracts.crm import AssignmentChanged
from shared.messaging.consuming import Received


async def copy_assignments(conn: AsyncConnection, received: Received[AssignmentChanged]) -> None:
    """Take over assignments."""
    assignments = newest(received.data.assignments, lambda a: (a.assignment_id, a.version))
    rows = [
        AssignmentRow(
            a.assignment_id, a.version, a.person_id, a.unit_id, a.assignment_type, a.valid_from, a.valid_to
        )
        for a in assignments
    ]
    await register.copy_assignments(conn, rows)
