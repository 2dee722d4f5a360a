"""Keep a copy of the CRM's units and their member contacts (C1)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.onboarding.adapters import units
from shared.contracts.crm import UnitChanged
from shared.messaging.consuming import Received


async def copy_units(conn: AsyncConnection, received: Received[UnitChanged]) -> None:
    """Store what is newer than what is known; a late event changes nothing."""
    changed = await units.keep_newer(conn, received.data.units)
    await units.replace_contacts(conn, changed)
