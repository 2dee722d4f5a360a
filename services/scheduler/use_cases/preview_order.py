"""Preview one order on its Wednesday."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduler.adapters import audiences, estimates, orders
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.estimates import Estimate
from services.scheduler.adapters.order_counts import OrderCounts, count_order
from services.scheduler.domain.editions import EditionState
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.use_cases.preview_edition import AlreadyDecided, NothingToPreview
from shared.persistence.database import Database


@dataclass(frozen=True)
class OrderAlone:
    """What an order would come to, how its audience moved since acceptance, and (field, name) unheard of."""

    edition: Edition
    counts: OrderCounts
    since: Estimate | None
    unheard: list[tuple[str, str]]


@dataclass(frozen=True)
class PreviewOrder:
    """Computes what an order would come to if it were alone, as of its Wednesday."""

    database: Database
    plan: WeekPlan

    async def __call__(self, order_id: UUID) -> OrderAlone:
        """Return what it would come to; raise NothingToPreview or AlreadyDecided."""
        async with self.database.begin() as conn:
            found = await orders.named(conn, [order_id])
            edition = await orders.edition_of(conn, order_id)
            if not found or edition is None or await orders.is_withdrawn(conn, order_id):
                raise NothingToPreview("There is no such order, or it is withdrawn")
            if edition.state is not EditionState.OPEN:
                raise AlreadyDecided(f"The recipients of {edition.wednesday} are decided")
            since = await estimates.of_edition(conn, edition.edition_no)
            day = self.plan.day_of(edition.release_at)
            seen = await count_order(conn, found[0].order_no, day)
            unheard = await audiences.unheard_by(conn, found[0].order_no)
            return OrderAlone(edition, seen, since.get(order_id), unheard)
