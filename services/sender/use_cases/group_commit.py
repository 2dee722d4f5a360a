"""Group commit: connections share the commits of their conclusions and intents."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from services.sender.adapters.leasing import Leased, bare_connection
from services.sender.adapters.ledger import Told, exchange
from services.sender.domain.replies import Verdict
from services.sender.domain.states import Input
from services.sender.use_cases.outage import when_it_answers
from shared.clock import Clock
from shared.persistence.database import Database


@dataclass(slots=True)
class _Request:
    told: Sequence[Told]
    intent: Leased | None
    withdrawn: bool = False
    """Who asked does not wait any more: nobody would submit the mail."""
    answer: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class GroupCommit:
    """One statement at a time: what is asked for while it runs shares the next.

    A commit that failed is repeated until the database is back: conclusions then change nothing twice, and
    an intent that had been written before the answer was lost is refused, which ``look`` resolves.
    """

    def __init__(self, database: Database, clock: Clock, token: int) -> None:
        self._database = database
        self._clock = clock
        self._token = token
        self._asked = asyncio.Event()
        self._requests: list[_Request] = []

    async def exchange(self, told: Sequence[Told], intent: Leased | None) -> bool:
        """Commit conclusions and an intent, if there is one; return whether the intent holds."""
        request = _Request(told, intent)
        self._requests.append(request)
        self._asked.set()
        try:
            return await request.answer
        except asyncio.CancelledError:
            request.withdrawn = True
            raise

    async def run(self) -> None:
        """Serve until cancelled."""
        await when_it_answers(self._serve)

    async def _serve(self) -> None:
        async with bare_connection(self._database) as conn:
            while True:
                await self._asked.wait()
                await self._commit(conn)

    async def _commit(self, conn: asyncpg.Connection) -> None:
        self._asked.clear()
        requests, self._requests = self._requests, []
        try:
            begun = await exchange(
                conn,
                self._token,
                self._clock.now(),
                [told for each in requests for told in each.told],
                [each.intent for each in requests if each.intent and not each.withdrawn],
            )
        except BaseException:
            self._requests = [*requests, *self._requests]
            self._asked.set()
            raise
        self._answer(requests, begun)

    def _answer(self, requests: list[_Request], begun: set[UUID]) -> None:
        for each in requests:
            holds = each.intent is not None and each.intent.mail_id in begun
            if not each.answer.done():
                each.answer.set_result(holds)
            elif each.intent and holds:
                self._requests.append(_Request([Told(each.intent.mail_id, Verdict(Input.UNSENT))], None))
                self._asked.set()
