"""Erase people for good (F2)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import register, texts
from shared.contracts.crm import PersonErased
from shared.messaging.consuming import Received


async def erase_persons(conn: AsyncConnection, received: Received[PersonErased]) -> None:
    """Erase people for good: nothing that comes later brings them back."""
    await register.erase_persons(conn, ((p.person_id, p.version) for p in received.data.persons))
    await texts.forget_phones(conn, [person.person_id for person in received.data.persons])
