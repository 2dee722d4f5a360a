"""Send a one-to-one mail: recorded once per key, and delivered before any edition."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters import recording
from services.sender.adapters.recording import NewMail
from services.sender.use_cases.record_batch import writable
from shared.addresses import address_hash, normalize
from shared.contracts.sender import SendMessage
from shared.messaging.consuming import Received


@dataclass(frozen=True)
class SendLetter:
    """Handles ``sender.send-message.v1``."""

    secret: bytes

    async def __call__(self, conn: AsyncConnection, received: Received[SendMessage]) -> None:
        given = received.data
        address = normalize(given.to)
        new = NewMail(
            mail_id=uuid5(NAMESPACE_URL, f"urn:onsdag:message:{given.key}"),
            address=address,
            address_hash=address_hash(self.secret, address),
            language=given.language,
            readers=(),
            writable=writable(address),
        )
        letter = {"name": given.name, "subject": given.subject, "markdown": given.markdown}
        await recording.record_letter(
            conn,
            new,
            key=given.key,
            purpose=given.purpose,
            letter=letter,
            at=received.now,
            person_ids=given.person_ids,
        )
