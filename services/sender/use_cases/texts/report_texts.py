"""Report what became of texts: each one-to-one text, and orders' in batches. The newest state counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.texts import outcomes
from services.sender.adapters.texts.outcomes import Unreported
from shared.contracts.texts import OUTCOMES_BATCH, TextConcluded, TextOutcome, TextsReported
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database


@dataclass(frozen=True)
class ReportTexts:
    """A sweeper; two processes take different texts."""

    database: Database
    outbox: Outbox

    async def __call__(self) -> None:
        while await self._report() == OUTCOMES_BATCH:
            pass

    async def _report(self) -> int:
        async with self.database.begin() as conn:
            taken = await outcomes.take(conn, OUTCOMES_BATCH)
            by_order: dict[UUID, list[Unreported]] = {}
            for each in taken:
                if each.order_id is None:
                    await self._conclude(conn, each)
                else:
                    by_order.setdefault(each.order_id, []).append(each)
            for order_id, texts in by_order.items():
                await self.outbox.add(conn, _reported(order_id, texts))
        return len(taken)

    async def _conclude(self, conn: AsyncConnection, text: Unreported) -> None:
        assert text.key is not None
        assert text.purpose is not None
        said = TextConcluded(
            key=text.key,
            purpose=text.purpose,
            state=text.state,
            at=text.at,
            reason=text.reason,
            parts=text.parts,
        )
        await self.outbox.add(conn, said)


def _reported(order_id: UUID, texts: Sequence[Unreported]) -> TextsReported:
    outcomes = tuple(
        TextOutcome(text_id=each.text_id, state=each.state, at=each.at, reason=each.reason, parts=each.parts)
        for each in texts
    )
    return TextsReported(order_id=order_id, outcomes=outcomes)
