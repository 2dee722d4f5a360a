"""Call off texts that wait, for the morning or for the gateway: an order's that is taken back, or one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.texts import ledger, withdrawals
from services.sender.adapters.texts.ledger import Change
from services.sender.domain.texts.sending import Reason
from services.sender.domain.texts.states import Input, State, step
from shared.contracts.intake import OrderWithdrawn
from shared.messaging.consuming import Received

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class WithdrawTexts:
    """Handles ``intake.order.withdrawn.v1``, also of orders by mail, which have no texts."""

    async def __call__(self, conn: AsyncConnection, received: Received[OrderWithdrawn]) -> None:
        """Texts that come later for the order have failed when they are recorded. What has left has left."""
        order_id = received.data.order_id
        await withdrawals.note(conn, order_id, received.now)
        waiting = await withdrawals.waiting(conn, order_id)
        for text_id, state in waiting:
            after = step(state, Input.STOP)
            assert isinstance(after, State)
            await ledger.change(conn, text_id, after, received.now, Change(reason=Reason.WITHDRAWN))
        if waiting:
            log.info("texts_withdrawn", order_id=str(order_id), texts=len(waiting))


class Left(Exception):
    """The text does not wait any more; ``state`` says where it stands."""

    def __init__(self, state: State) -> None:
        super().__init__(f"the text is {state}")
        self.state = state


async def withdraw_text(conn: AsyncConnection, text_id: UUID, who: str, now: datetime) -> None:
    """Call off one text; a second time changes nothing. Raises Left. Who did it is logged (F4)."""
    standing = await ledger.lock(conn, text_id)
    if standing is None or standing.reason is Reason.WITHDRAWN:
        return
    after = step(standing.state, Input.STOP)
    if not isinstance(after, State):
        raise Left(standing.state)
    await ledger.change(conn, text_id, after, now, Change(reason=Reason.WITHDRAWN))
    log.info("text_withdrawn", text_id=str(text_id), by=who)
