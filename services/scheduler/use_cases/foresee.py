"""Compute a Wednesday's figures from any orders, without writing anything."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import foresight, orders
from services.scheduler.adapters.foresight import Lineup
from services.scheduler.adapters.orders import PlacedOrder
from services.scheduler.domain.mail_sizes import section_bytes
from services.scheduler.domain.previews import Figures, Ordered, Seen, figures
from services.scheduler.domain.sending_rates import Limit
from services.scheduler.use_cases.freeze_edition import queue_of

Step = Literal["waiting", "counting", "weighing", "comparing"]
"""For a preview that another makes; who gets what; collisions, sizes, duration; with the preview before."""

Begins = Callable[[Step], None]
"""Hears that a step begins."""


def unheard(_: Step) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True)
class Foresee:
    """``largest``: the bytes above which a mail is shortened. ``limits``: what the sender may do.

    ``most_sections``: as the freeze has it (D2).
    """

    largest: int
    limits: tuple[Limit, ...]
    most_sections: int = 0

    async def __call__(
        self, conn: AsyncConnection, placed: Sequence[PlacedOrder], day: date, begins: Begins = unheard
    ) -> tuple[Figures, Seen]:
        """Return the figures of orders, which are in the order of their sections, and what they are from."""
        begins("counting")
        seen = await foresight.foresee(conn, self.lineup(placed, day))
        begins("weighing")
        return await self.weigh(conn, placed, day, seen), seen

    async def weigh(
        self, conn: AsyncConnection, placed: Sequence[PlacedOrder], day: date, seen: Seen
    ) -> Figures:
        """Return the figures of what was seen of orders in their positions."""
        texts = await orders.texts_of(conn, [order.order_no for order in placed])
        sizes = {
            place: {
                str(language): section_bytes(part.subject, part.markdown)
                for language, part in texts[order.order_id].items()
            }
            for place, order in enumerate(placed, start=1)
        }
        told = [Ordered(o.order_id, o.title, o.unit_name, o.order_class) for o in placed]
        return figures(day, told, seen, sizes, self.largest, self.limits)

    def lineup(self, placed: Sequence[PlacedOrder], day: date) -> Lineup:
        """Return what the merge needs to know of orders in their positions."""
        return Lineup([order.order_no for order in placed], queue_of(placed, self.most_sections), day)
