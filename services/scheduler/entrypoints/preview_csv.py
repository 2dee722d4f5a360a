"""A Wednesday's mails as a file that a spreadsheet opens: a line for each reader and section."""

from collections.abc import AsyncIterator, Mapping

from services.scheduler.adapters.foresight import NamedMail
from services.scheduler.adapters.orders import PlacedOrder
from shared.web import spreadsheet

COLUMNS = ("address", "language", "person_id", "name", "position", "order_id", "title", "unit", "roles")


async def as_csv(mails: AsyncIterator[NamedMail], orders: Mapping[int, PlacedOrder]) -> AsyncIterator[str]:
    """Yield the file in pieces, a mail in each. ``orders`` are by position."""
    yield spreadsheet.BYTE_ORDER_MARK + spreadsheet.line(COLUMNS)
    async for mail in mails:
        yield "".join(_lines(mail, orders))


def _lines(mail: NamedMail, orders: Mapping[int, PlacedOrder]) -> list[str]:
    return [
        spreadsheet.line(
            (
                mail.address,
                mail.language,
                reader.person_id,
                reader.name,
                position,
                orders[position].order_id,
                orders[position].title,
                orders[position].unit_name,
                "; ".join(roles),
            )
        )
        for reader in mail.readers
        for position, roles in reader.sections.items()
    ]
