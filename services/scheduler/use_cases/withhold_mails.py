"""Take back from planned mails what must no longer be sent, and count what is left."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import held_mails, merge, tallies
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.withhold import ALL, withhold
from services.scheduler.domain.deliveries import DeliveryState


async def withhold_all(conn: AsyncConnection, edition: Edition, now: datetime) -> None:
    """Look at all mails of a locked edition that has not begun to leave."""
    await merge.know_sizes(conn)
    await merge.tune(conn)
    await withhold_mails(conn, edition, now)


async def withhold_from(conn: AsyncConnection, mailboxes: Collection[int], now: datetime) -> None:
    """Look at once at the mails of a few mailboxes, in every edition that is decided and has not left.

    One that is being frozen meanwhile may still hold them: its release looks at all of its mails once more.
    """
    for edition in await held_mails.holding(conn, mailboxes):
        for mailbox in sorted(mailboxes):
            await withhold_mails(conn, edition, now, (mailbox, mailbox))


async def withhold_mails(
    conn: AsyncConnection, edition: Edition, now: datetime, mailboxes: tuple[int, int] = ALL
) -> None:
    """Look at the mails of a range of mailboxes. None of them may be with the sender."""
    held = await withhold(conn, edition.edition_no, mailboxes)
    moved = {DeliveryState.PLANNED: -held.suppressed, DeliveryState.SUPPRESSED: held.suppressed}
    await tallies.count(conn, edition.edition_no, moved, now)
