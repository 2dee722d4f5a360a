"""Record a batch of planned mails in the ledger: one per address and edition, whatever comes twice (A6)."""

import re
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters import editions, recording
from services.sender.adapters.recording import NewMail
from shared.addresses import address_hash, is_deliverable, normalize
from shared.contracts.sender import BatchRecorded, DeliverBatch, PlannedMail
from shared.messaging.consuming import Received
from shared.messaging.outbox import Outbox

log = structlog.get_logger(__name__)

_ORDINARY = re.compile(
    r"^[a-z0-9][a-z0-9_+-]*(\.[a-z0-9_+-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}$"
)
"""Nearly all addresses; only the others take the slower look."""


def writable(address: str) -> bool:
    """Whether a normalized address can stand in an SMTP command."""
    return (len(address) <= 128 and _ORDINARY.match(address) is not None) or is_deliverable(address)


@dataclass(frozen=True)
class RecordBatch:
    """Handles ``sender.deliver-batch.v1``. One that comes after its day waits with who sent it (A2)."""

    outbox: Outbox
    secret: bytes

    async def __call__(self, conn: AsyncConnection, received: Received[DeliverBatch]) -> None:
        batch = received.data
        if batch.until is not None and received.now >= batch.until:
            log.warning("batch_too_late", edition_id=str(batch.edition_id), batch=batch.batch)
            return
        expected = await editions.expect(conn, batch.edition_id)
        fresh = await recording.record(
            conn,
            batch.edition_id,
            map(self._row, batch.mails),
            expected=expected,
            at=received.now,
        )
        answer = BatchRecorded(
            edition_id=batch.edition_id,
            batch=batch.batch,
            recorded=fresh,
            repeated=len(batch.mails) - fresh,
        )
        await self.outbox.add(
            conn, answer, correlation_id=received.correlation_id, causation_id=received.message_id
        )

    def _row(self, planned: PlannedMail) -> NewMail:
        address = normalize(planned.address)
        return NewMail(
            mail_id=planned.mail_id,
            address=address,
            address_hash=address_hash(self.secret, address),
            language=planned.language,
            readers=planned.readers,
            writable=writable(address),
        )
