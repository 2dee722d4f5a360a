"""The desk opts somebody out, or lifts a suppression, at the person's wish."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.compliance.adapters import suppressions
from services.compliance.domain.suppressions import Suppression
from services.compliance.use_cases.register import Register


class NotSuppressed(LookupError):
    """The address is not suppressed within that scope."""


async def suppress_for(
    conn: AsyncConnection, register: Register, address: str, scope: str, by: str
) -> list[Suppression]:
    """Suppress an address; return all that is known of it. The address itself is not kept (F3)."""
    address_hash = register.hash_of(address)
    await register.suppress(conn, [address_hash], scope, "desk", by)
    return await suppressions.of_address(conn, address_hash)


async def lift_for(
    conn: AsyncConnection, register: Register, address: str, scope: str, by: str
) -> list[Suppression]:
    """Lift a suppression, whatever its reason; raise NotSuppressed if there is none."""
    address_hash = register.hash_of(address)
    found = await suppressions.find(conn, address_hash, scope, lock=True)
    if found is None or not found.holds:
        raise NotSuppressed
    await register.lift(conn, found, by)
    return await suppressions.of_address(conn, address_hash)
