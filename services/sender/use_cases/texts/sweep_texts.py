"""Sweep the texts: what dead workers held is uncertain; what nobody asked about is forgotten."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.texts import ledger, reports
from services.sender.adapters.texts.ledger import Change
from services.sender.domain.texts.sending import Reason
from services.sender.domain.texts.states import Input, State, step
from shared.clock import Clock
from shared.persistence.database import Database

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SweepTexts:
    """A sweeper. ``resend``: what a crash left uncertain is sent again."""

    database: Database
    clock: Clock
    resend: bool

    async def __call__(self) -> None:
        async with self.database.begin() as conn:
            lost = await ledger.abandoned(conn)
            for text_id, state in lost:
                why = Change(reason=Reason.UNCERTAIN, reply="the sender stopped before the gateway answered")
                await self._step(conn, text_id, state, Input.LOSE, why)
            if self.resend:
                for text_id in await ledger.uncertain(conn):
                    await self._step(conn, text_id, State.UNCERTAIN, Input.RESEND, Change())
            await reports.forget_unknown(conn)
        if lost:
            log.warning("text_worker_died", uncertain=len(lost))

    async def _step(
        self, conn: AsyncConnection, text_id: UUID, state: State, given: Input, why: Change
    ) -> None:
        after = step(state, given)
        assert isinstance(after, State)
        await ledger.change(conn, text_id, after, self.clock.now(), why)
