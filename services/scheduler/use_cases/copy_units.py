"""Take over units from the CRM."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import register
from services.scheduler.adapters.register import UnitRow
from services.scheduler.domain.versions import newest
from shared.contracts.crm import UnitChanged
from shared.messaging.consuming import Received


async def copy_units(conn: AsyncConnection, received: Received[UnitChanged]) -> None:
    """Take over units."""
    units = newest(received.data.units, lambda unit: (unit.unit_id, unit.version))
    rows = [UnitRow(u.unit_id, u.version, u.name, u.kind, u.region, u.parent_id, u.closed) for u in units]
    await register.copy_units(conn, rows)
