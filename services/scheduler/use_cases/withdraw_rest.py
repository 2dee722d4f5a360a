"""Withdraw what is still to come of an order that has left: what contact pressure moved (D2)."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduler.adapters import editions, orders
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.exclusions import Reason
from services.scheduler.use_cases.take_back import take_back
from shared.clock import Clock
from shared.persistence.database import Database

NOT_LEFT = "It has not left at all: withdraw it in intake."
NOTHING = "Nothing of it is still to come."


class UnknownOrder(LookupError):
    """There is no such order on any edition."""


class NothingToWithdraw(Exception):
    """There is nothing to withdraw here. Says why."""


@dataclass(frozen=True)
class WithdrawRest:
    """An order that has not left is withdrawn in intake; of one that has, the desk takes back the rest."""

    database: Database
    clock: Clock

    async def __call__(self, order_id: UUID, by: str, reason: str) -> list[Edition]:
        """Return the editions that it was taken off; raise UnknownOrder or NothingToWithdraw."""
        now = self.clock.now()
        async with self.database.begin() as conn:
            first = await orders.first_place(conn, order_id)
            if first is None:
                raise UnknownOrder(order_id)
            shares = await take_back(conn, *first, Reason.WITHDRAWN, now)
            if any(share.moved_from is None for share in shares):
                raise NothingToWithdraw(NOT_LEFT)
            if not any(share.was_to_come for share in shares):
                raise NothingToWithdraw(NOTHING)
            (order,) = await orders.named(conn, [order_id])
            taken = [await editions.by_no(conn, share.edition_no) for share in shares if share.was_to_come]
            for edition in taken:
                why = f"{order.title}: {reason}"[:500]
                await editions.note_decision(conn, edition, "withdraw", by, why, now)
            return taken
