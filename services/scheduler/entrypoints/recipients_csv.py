"""The list of recipients as a file that a spreadsheet opens."""

import csv
import io
from collections.abc import AsyncIterator

from services.scheduler.adapters.recipients import Recipient
from services.scheduler.domain.recipients import received

COLUMNS = ("person_id", "name", "address", "received", "state", "at", "reply", "order_ids")
_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for Windows-1252."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def as_csv(found: AsyncIterator[Recipient]) -> AsyncIterator[str]:
    """Yield the lines of the file, the names of the columns first. Semicolons, as in imports."""
    yield _BYTE_ORDER_MARK + _line(COLUMNS)
    async for each in found:
        yield _line(
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


def _line(values: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";").writerow([_harmless(value) for value in values])
    return line.getvalue()


def _harmless(value: str) -> str:
    """Keep a spreadsheet from taking a name or an answer of a server for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
