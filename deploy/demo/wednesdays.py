"""Letting the clock go: each cut-off, and each Wednesday 09.00, until every mail has its outcome."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from time import monotonic

from deploy.demo.clients import Edition
from deploy.demo.result import EditionResult, Result
from deploy.demo.surroundings import Surroundings, until

SHORTLY = timedelta(seconds=1)
FINAL = ("accepted", "failed", "suppressed", "uncertain")

Happening = tuple[datetime, Callable[[Edition], Awaitable[None]], Edition]


class Wednesdays:
    """Plays what is planned, in the order of time."""

    def __init__(self, around: Surroundings, result: Result) -> None:
        self._around = around
        self._result = result

    async def let_pass(self, *, before: datetime | None = None) -> None:
        """Play each cut-off and release there is, or those before a moment."""
        while happening := await self._next():
            at, play, edition = happening
            if before is not None and at >= before:
                return
            await play(edition)

    async def _next(self) -> Happening | None:
        happenings: list[Happening] = []
        for edition in await self._around.apis.editions():
            if edition.state == "open":
                happenings.append((edition.freeze_at, self._freeze, edition))
            elif edition.state == "frozen":
                happenings.append((edition.release_at, self._deliver, edition))
        return min(happenings, key=lambda happening: happening[0], default=None)

    async def _look(self, edition: Edition) -> Edition:
        return await self._around.apis.edition(edition.edition_id)

    async def _freeze(self, edition: Edition) -> None:
        with self._around.progress.step(f"Cut-off for Wednesday {edition.wednesday}: who gets what"):
            started = monotonic()
            self._around.clock.set(edition.freeze_at + SHORTLY)

            async def frozen() -> bool:
                return (await self._look(edition)).state != "open"

            await until(frozen, "the edition is frozen")
            self._result.seconds["freeze"] += monotonic() - started

    async def _deliver(self, edition: Edition) -> None:
        with self._around.progress.step(f"Wednesday {edition.wednesday} 09.00: delivery") as step:
            started = monotonic()
            self._around.clock.set(edition.release_at + SHORTLY)

            async def completed() -> bool:
                now = await self._look(edition)
                delivery = await self._around.apis.delivery(edition.edition_id)
                done = sum(now.outcomes.get(state, 0) for state in FINAL)
                step(done, now.mails, delivery.sentence() if delivery else "")
                return now.state == "completed"

            await until(completed, "every mail has its outcome")
            self._result.seconds["deliver"] += monotonic() - started
        self._note(await self._look(edition))

    def _note(self, edition: Edition) -> None:
        self._result.suppressed += edition.outcomes.get("suppressed", 0)
        for reason, count in edition.excluded.items():
            self._result.excluded[reason] = self._result.excluded.get(reason, 0) + count
        self._result.editions.append(
            EditionResult(
                wednesday=edition.wednesday,
                orders=edition.orders,
                pairs=edition.pairs,
                mails=edition.mails,
                delivered=edition.outcomes.get("accepted", 0),
            )
        )
