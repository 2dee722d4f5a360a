"""Forget addresses that have served their purpose (F5)."""

from dataclasses import dataclass

from services.scheduler.adapters import forgetting
from shared.persistence.database import Database


@dataclass(frozen=True)
class ForgetAddresses:
    """Leaves the hash of an address that nobody in the register has any more."""

    database: Database

    async def __call__(self) -> None:
        async with self.database.begin() as conn:
            await forgetting.forget_addresses(conn)
