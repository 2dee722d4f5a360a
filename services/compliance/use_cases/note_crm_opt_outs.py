"""Obey the opt-outs that the CRM knows. It never takes one back (F1)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.compliance.domain.suppressions import ORGANISATION, Person, opted_out_addresses
from services.compliance.use_cases.register import Register
from shared.contracts.crm import PersonChanged
from shared.messaging.consuming import Received

CRM = "crm"


async def note_crm_opt_outs(
    conn: AsyncConnection, register: Register, received: Received[PersonChanged]
) -> None:
    """Suppress the addresses of those who opted out, each once."""
    persons = (Person(person.email, person.email_opted_out) for person in received.data.persons)
    hashes = [register.hash_of(address) for address in opted_out_addresses(persons)]
    await register.suppress(
        conn, hashes, ORGANISATION, "crm", CRM, at=received.now, correlation_id=received.correlation_id
    )
