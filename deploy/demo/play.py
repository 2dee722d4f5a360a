"""The main job from end to end: a register and orders in, one mail for each recipient out on Wednesday."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from time import monotonic
from typing import Any

from deploy.demo.registering import take_in
from deploy.demo.result import EditionResult, RefusedOrder, Result
from deploy.demo.surroundings import Inputs, Surroundings, until
from deploy.demo.verify import Verdict, verify
from deploy.importing.orders import OrderRequest
from deploy.local.sink import read_messages

SHORTLY = timedelta(seconds=1)


FINAL = ("accepted", "failed", "suppressed", "uncertain")


class Play:
    """One run of the main job."""

    def __init__(self, inputs: Inputs, around: Surroundings) -> None:
        self._inputs = inputs
        self._around = around
        self.result = Result()
        self._placed: dict[int, str] = {}

    async def run(self) -> Result:
        """Play it; return its figures."""
        self._around.clock.set(self._first_order() - timedelta(hours=1))
        await take_in(self._inputs, self._around, self.result)
        await self._place_orders()
        await self._let_pass(until=None)
        await self._count()
        return self.result

    def _first_order(self) -> datetime:
        return min(
            (order.received_at for order in self._inputs.orders.orders), default=self._around.clock.now()
        )

    async def _place_orders(self) -> None:
        """Place the orders in the order of their days; Wednesdays that come between are played between."""
        waiting = sorted(self._inputs.orders.orders, key=lambda order: order.received_at)
        for day, orders in groupby(waiting, key=lambda order: order.received_at.date()):
            await self._let_pass(until=datetime.combine(day, time.min, UTC))
            with self._around.progress.step(f"Orders of {day}") as step:
                for count, order in enumerate(orders, 1):
                    self._around.clock.set(max(order.received_at, self._around.clock.now()))
                    await self._place(order)
                    step(count, len(waiting))
                await until(self._answered, "every accepted order has its Wednesday")
        for broken in self._inputs.orders.broken:
            self.result.orders_refused.append(
                RefusedOrder(f"order {broken.position}", "", "file", broken.reason)
            )
        await self._note_refused()

    async def _place(self, order: OrderRequest) -> None:
        answer = await self._around.apis.place(order)
        body = answer.json()
        if answer.status_code == 201:
            self._placed[order.position] = body["order_id"]
        elif answer.status_code == 422 and "order_id" not in body:
            reason = f"{body['title']}: {body.get('detail') or body.get('errors')}"
            self.result.orders_refused.append(
                RefusedOrder(order.title, order.unit_id, body.get("rule") or "form", reason)
            )
        elif answer.status_code != 422:
            answer.raise_for_status()

    async def _answered(self) -> bool:
        return all(
            order["state"] not in ("submitted", "accepted") for order in await self._around.apis.orders()
        )

    async def _note_refused(self) -> None:
        for order in reversed(await self._around.apis.orders()):
            if order["state"] == "returned":
                first = order["reasons"][0]
                self.result.orders_refused.append(
                    RefusedOrder(
                        order["title"], order["unit_name"] or order["unit_id"], first["rule"], first["sv"]
                    )
                )
                self._placed = {p: i for p, i in self._placed.items() if i != order["order_id"]}
        self.result.orders_accepted = len(self._placed)

    async def _editions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._around.apis.get("scheduler", "/editions"))["editions"]
        return sorted(found, key=lambda edition: str(edition["wednesday"]))

    async def _let_pass(self, until: datetime | None) -> None:
        """Play each cut-off and release up to a moment, or all there are."""
        while coming := await self._next_event():
            at, play, edition = coming
            if until is not None and at > until:
                return
            await play(edition)

    async def _next_event(
        self,
    ) -> tuple[datetime, Callable[[dict[str, Any]], Awaitable[None]], dict[str, Any]] | None:
        events = [
            (datetime.fromisoformat(edition[moment]), play, edition)
            for edition in await self._editions()
            for state, moment, play in (
                ("open", "freeze_at", self._freeze),
                ("frozen", "release_at", self._deliver),
            )
            if edition["state"] == state and edition["orders"]
        ]
        return min(events, key=lambda event: event[0], default=None)

    async def _edition(self, edition_id: str) -> dict[str, Any]:
        return next(e for e in await self._editions() if e["edition_id"] == edition_id)

    async def _freeze(self, edition: dict[str, Any]) -> None:
        with self._around.progress.step(f"Cut-off for Wednesday {edition['wednesday']}: who gets what"):
            started = monotonic()
            self._around.clock.set(datetime.fromisoformat(edition["freeze_at"]) + SHORTLY)

            async def frozen() -> bool:
                return bool((await self._edition(edition["edition_id"]))["state"] != "open")

            await until(frozen, "the edition is frozen")
            self.result.seconds["freeze"] += monotonic() - started

    async def _deliver(self, edition: dict[str, Any]) -> None:
        with self._around.progress.step(
            f"Wednesday {edition['wednesday']} 09.00: release and delivery"
        ) as step:
            started = monotonic()
            self._around.clock.set(datetime.fromisoformat(edition["release_at"]) + SHORTLY)

            async def completed() -> bool:
                now = await self._edition(edition["edition_id"])
                step(sum(now["outcomes"].get(state, 0) for state in FINAL), now["mails"])
                return bool(now["state"] == "completed")

            await until(completed, "every mail has its outcome")
            self.result.seconds["deliver"] += monotonic() - started
        await self._note_edition(edition["edition_id"])

    async def _note_edition(self, edition_id: str) -> None:
        edition = await self._edition(edition_id)
        self.result.suppressed += edition["outcomes"].get("suppressed", 0)
        for reason, count in edition["excluded"].items():
            self.result.excluded[reason] = self.result.excluded.get(reason, 0) + count
        self.result.editions.append(
            EditionResult(
                wednesday=edition["wednesday"],
                orders=edition["orders"],
                pairs=edition["pairs"],
                mails=edition["mails"],
                delivered=edition["outcomes"].get("accepted", 0),
            )
        )

    async def _count(self) -> None:
        """Count again from the input files against what the sink received, without asking our own tables."""
        with self._around.progress.step("Counting what arrived, from the files alone"):
            verdict: Verdict = await asyncio.to_thread(
                verify,
                self._inputs.crm,
                self._inputs.orders.orders,
                self._placed,
                read_messages(self._around.sink_folder),
            )
        self.result.mails_delivered = verdict.mails
        self.result.missing = verdict.missing
        self.result.duplicates = verdict.duplicates
        self.result.wrong_sections = verdict.wrong_sections
        self.result.examples = list(verdict.examples)
