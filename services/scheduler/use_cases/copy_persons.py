"""Take over people from the CRM."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import register, texts
from services.scheduler.adapters.register import PersonRow
from services.scheduler.domain.versions import newest
from shared.addresses import address_hash, is_deliverable, normalize
from shared.contracts.crm import Person, PersonChanged
from shared.messaging.consuming import Received


class CopyPersons:
    """Take over people. The hash of an address is keyed with the organisation's secret (F3)."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    async def __call__(self, conn: AsyncConnection, received: Received[PersonChanged]) -> None:
        persons = newest(received.data.persons, lambda person: (person.person_id, person.version))
        taken = await register.copy_persons(conn, [self._row(person) for person in persons])
        phones = [
            (each.person_id, each.version, (each.phone or "").strip()[:60])
            for each in persons
            if each.person_id in taken
        ]
        await texts.copy_phones(conn, phones)

    def _row(self, person: Person) -> PersonRow:
        name = f"{person.first_name} {person.last_name}".strip()
        address = normalize(person.email or "")
        deliverable = bool(address) and is_deliverable(address)
        status: register.EmailStatus = "ok" if deliverable else "invalid" if address else "missing"
        return PersonRow(
            person.person_id,
            person.version,
            name,
            person.language,
            status,
            address if deliverable else None,
            address_hash(self._secret, address) if deliverable else None,
            (tuple(sorted(set(person.agreements))), tuple(sorted(set(person.occupational_groups)))),
        )
