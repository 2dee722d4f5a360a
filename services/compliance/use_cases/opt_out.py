"""Opt out by a link, and take that back (F1)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.compliance.adapters import suppressions
from services.compliance.domain.links import OptOutLink
from services.compliance.domain.suppressions import undone_by_its_owner
from services.compliance.use_cases.register import Register

LINK = "link"


async def opt_out(conn: AsyncConnection, register: Register, link: OptOutLink) -> None:
    """Stop what the link stands for. Twice is the same as once."""
    await register.suppress(conn, [link.address_hash], link.scope, "opted_out", LINK)


async def undo(conn: AsyncConnection, register: Register, link: OptOutLink) -> bool:
    """Take the opt-out back; return whether mail comes again. Other reasons than the link stay."""
    found = await suppressions.find(conn, link.address_hash, link.scope, lock=True)
    if found is None or not found.holds:
        return True
    if not undone_by_its_owner(found):
        return False
    await register.lift(conn, found, LINK)
    return True
