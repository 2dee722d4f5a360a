"""Say that an assignment is no longer one's own: for the CRM, which alone can end it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.compliance.adapters import suppressions
from services.compliance.domain.links import DutyLink
from services.compliance.use_cases.register import Register
from shared.contracts.compliance import AssignmentDisputed


async def dispute_assignment(conn: AsyncConnection, register: Register, link: DutyLink) -> None:
    """Tell the CRM once for each mail."""
    at = register.clock.now()
    if await suppressions.add_dispute(conn, link, at):
        message = AssignmentDisputed(
            address_hash=link.address_hash.hex(), order_id=link.order_id, unit_id=link.unit_id, at=at
        )
        await register.outbox.add(conn, message)
