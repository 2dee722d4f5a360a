"""Erase people for good (F2)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import held_mails, register, texts
from services.scheduler.use_cases.withhold_mails import withhold_from
from shared.contracts.crm import PersonErased
from shared.messaging.consuming import Received


async def erase_persons(conn: AsyncConnection, received: Received[PersonErased]) -> None:
    """Erase people for good: nothing that comes later brings them back. Mail that has not left loses them."""
    erased = [person.person_id for person in received.data.persons]
    mailboxes = await register.erase_persons(conn, ((p.person_id, p.version) for p in received.data.persons))
    await texts.forget_phones(conn, erased)
    mailboxes |= await held_mails.mailboxes_of(conn, erased)
    await withhold_from(conn, mailboxes, received.now)
