"""Keep a copy of the CRM's units and their named people (A7, A9)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import register
from shared.contracts.crm import UnitChanged
from shared.messaging.consuming import Received


async def copy_units(conn: AsyncConnection, received: Received[UnitChanged]) -> None:
    """Store what is newer than what is known; a late event changes nothing."""
    changed = await register.keep_newer(conn, received.data.units)
    await register.replace_crm_people(conn, changed)
