"""Take back what is still to come of an edition's orders, wherever contact pressure has moved it (D2)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import taking_back
from services.scheduler.adapters.taking_back import Share
from services.scheduler.domain.exclusions import Reason
from services.scheduler.use_cases.withhold_mails import withhold_all


async def take_back(
    conn: AsyncConnection, edition_no: int, order_no: int | None, reason: Reason, now: datetime
) -> Collection[Share]:
    """Take it out of plans and of mails already decided, and say so at once; return what was still to come.

    Of all orders of an edition, or of one. What has begun to leave is left alone: it can be stopped itself.
    """
    editions = await taking_back.to_come(conn, edition_no, order_no)
    found = await taking_back.shares(conn, edition_no, order_no, editions)
    await taking_back.take_back(conn, found, reason)
    for edition in editions:
        if edition.frozen_at is not None:
            await withhold_all(conn, edition, now)
    return found
