"""Report outcomes: in batches for an edition, one by one for one-to-one mail, and refused addresses (D3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters import outcomes
from services.sender.adapters.outcomes import Concluded
from services.sender.use_cases.call_the_desk import notice_of_doubt
from shared.contracts.sender import (
    OUTCOME_BATCH,
    AddressFailed,
    DeliveryReported,
    MessageConcluded,
    Outcome,
)
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database


@dataclass(frozen=True)
class ReportOutcomes:
    """A sweeper: what stands in ``outcome`` is not reported yet. ``hold``: no uncertain mail is resent.

    ``desk``: whose address is told of mails that wait for its decision.
    """

    database: Database
    outbox: Outbox
    desk: str
    hold: bool

    async def __call__(self) -> None:
        """Report all there is. Two processes may do it at once: each takes other rows."""
        while await self._report_letters() == OUTCOME_BATCH:
            pass
        while await self._report_edition() == OUTCOME_BATCH:
            pass

    async def _report_edition(self) -> int:
        """Report up to 500 outcomes of the edition that has waited longest; return how many."""
        async with self.database.begin() as conn:
            edition_id = await outcomes.next_edition(conn)
            if edition_id is None:
                return 0
            taken = await outcomes.take(conn, edition_id, OUTCOME_BATCH)
            if taken:
                told = tuple(
                    Outcome(
                        mail_id=each.mail_id,
                        state=each.state,
                        at=each.at,
                        reply=each.reply,
                        refused=each.scopes,
                    )
                    for each in taken
                )
                await self.outbox.add(conn, DeliveryReported(edition_id=edition_id, outcomes=told))
            await self._report_dead(conn, taken)
            await self._call(conn, edition_id, taken)
        return len(taken)

    async def _report_letters(self) -> int:
        async with self.database.begin() as conn:
            taken = await outcomes.take(conn, None, OUTCOME_BATCH)
            for each in taken:
                if each.state == "deferred" or (each.state == "uncertain" and not self._waits(each)):
                    continue
                assert each.key is not None
                assert each.purpose is not None
                concluded = MessageConcluded(
                    key=each.key, purpose=each.purpose, state=each.state, at=each.at, reply=each.reply
                )
                await self.outbox.add(conn, concluded)
            await self._report_dead(conn, taken)
            await self._call(conn, None, taken)
        return len(taken)

    def _waits(self, concluded: Concluded) -> bool:
        """Whether a mail waits for the desk's decision."""
        return concluded.state == "uncertain" and (self.hold or concluded.held)

    async def _call(self, conn: AsyncConnection, edition_id: UUID | None, taken: Sequence[Concluded]) -> None:
        """Call the desk, once a day for an edition: the key of the notice is the same."""
        if waiting := [each for each in taken if self._waits(each)]:
            mails = [each.mail_id for each in waiting]
            day = max(each.at for each in waiting).date()
            await self.outbox.add(conn, notice_of_doubt(edition_id, mails, day, self.desk))

    async def _report_dead(self, conn: AsyncConnection, taken: Sequence[Concluded]) -> None:
        for each in taken:
            if each.dead:
                failed = AddressFailed(
                    address_hash=each.address_hash.hex(),
                    person_ids=each.person_ids,
                    at=each.at,
                    reply=each.reply,
                )
                await self.outbox.add(conn, failed)
