"""What compliance's use cases work with, and the two changes that all of them make."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.compliance.adapters import suppressions
from services.compliance.domain.suppressions import Reason, Suppression
from shared.addresses import address_hash
from shared.clock import Clock
from shared.contracts.compliance import SuppressionAdded, SuppressionLifted
from shared.messaging.outbox import Outbox


@dataclass(frozen=True)
class Register:
    """The register of suppressions: its clock, its outgoing events, and the key of its hashes."""

    clock: Clock
    outbox: Outbox
    secret: bytes

    def hash_of(self, address: str) -> bytes:
        """Return what stands for an address here (F3)."""
        return address_hash(self.secret, address)

    async def suppress(
        self,
        conn: AsyncConnection,
        hashes: Iterable[bytes],
        scope: str,
        reason: Reason,
        by: str,
        *,
        at: datetime | None = None,
        correlation_id: UUID | None = None,
    ) -> None:
        """Suppress addresses and tell everybody, in one transaction. What holds already stays as it is."""
        at = at or self.clock.now()
        for item in await suppressions.add(conn, hashes, scope, reason, at, by):
            message = SuppressionAdded(address_hash=item.hex(), scope=scope, reason=reason, at=at)
            await self.outbox.add(conn, message, correlation_id=correlation_id)

    async def lift(self, conn: AsyncConnection, found: Suppression, by: str) -> None:
        """Lift a suppression that was found locked, and tell everybody."""
        at = self.clock.now()
        await suppressions.lift(conn, found, at, by)
        message = SuppressionLifted(address_hash=found.address_hash.hex(), scope=found.scope, at=at)
        await self.outbox.add(conn, message)
