"""The list of recipients as a file that a spreadsheet opens."""

from collections.abc import AsyncIterator

from services.scheduler.adapters.recipients import Recipient
from services.scheduler.domain.recipients import received
from shared.web import spreadsheet

COLUMNS = ("person_id", "name", "address", "received", "state", "at", "reply", "order_ids")


async def as_csv(found: AsyncIterator[Recipient]) -> AsyncIterator[str]:
    """Yield the lines of the file, the names of the columns first."""
    yield spreadsheet.BYTE_ORDER_MARK + spreadsheet.line(COLUMNS)
    async for each in found:
        yield spreadsheet.line(
            (
                each.person_id,
                each.name,
                each.address,
                received(each.state),
                each.state,
                each.reported_at.isoformat() if each.reported_at else "",
                each.reply,
                " ".join(map(str, each.order_ids)),
            )
        )
