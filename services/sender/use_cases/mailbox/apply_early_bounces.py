"""Apply notices that were read before the relay had answered. A sweeper."""

from dataclasses import dataclass

from services.sender.adapters.mailbox import sent
from shared.persistence.database import Database


@dataclass(frozen=True)
class ApplyEarlyBounces:
    """Two processes may do it at once: each notice is taken once."""

    database: Database

    async def __call__(self) -> None:
        async with self.database.begin() as conn:
            await sent.apply_early(conn)
