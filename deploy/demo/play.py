"""The main job from end to end: a register and orders in, one mail for each recipient out on Wednesday."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from itertools import groupby

from deploy.demo.registering import take_in
from deploy.demo.result import RefusedOrder, Result
from deploy.demo.surroundings import Inputs, Surroundings, until
from deploy.demo.verify import verify
from deploy.demo.wednesdays import Wednesdays
from deploy.importing.orders import OrderRequest
from deploy.local.sink import read_messages


class Play:
    """One run of the main job."""

    def __init__(self, inputs: Inputs, around: Surroundings) -> None:
        self._inputs = inputs
        self._around = around
        self.result = Result()
        self._wednesdays = Wednesdays(around, self.result)
        self._placed: dict[int, str] = {}

    async def run(self) -> Result:
        """Play it; return its figures."""
        first = min((order.received_at for order in self._inputs.orders.orders), default=datetime.now(UTC))
        self._around.clock.set(first - timedelta(hours=1))
        await take_in(self._inputs, self._around, self.result)
        await self._place_orders()
        await self._wednesdays.let_pass()
        await self._count()
        return self.result

    async def _place_orders(self) -> None:
        """Place the orders day by day; Wednesdays that come between are played between."""
        waiting = sorted(self._inputs.orders.orders, key=lambda order: order.received_at)
        for day, orders in groupby(waiting, key=lambda order: order.received_at.astimezone(UTC).date()):
            await self._wednesdays.let_pass(before=datetime.combine(day, time.min, UTC))
            with self._around.progress.step(f"Orders of {day}"):
                for order in orders:
                    self._around.clock.set(max(order.received_at, self._around.clock.now()))
                    await self._place(order)
                await until(self._answered, "every accepted order has its Wednesday")
        for broken in self._inputs.orders.broken:
            self._refuse(f"order {broken.position} of the file", "", "–", broken.reason)
        await self._note_returned()

    async def _place(self, order: OrderRequest) -> None:
        answer = await self._around.apis.place(order)
        body = answer.json()
        if answer.status_code == 201:
            self._placed[order.position] = body["order_id"]
        elif answer.status_code == 422 and "order_id" not in body:  # not even kept as returned
            wrong = "; ".join(f"{e['field']}: {e['message']}" for e in body.get("errors", ()))
            self._refuse(order.title, order.unit_id, body.get("rule", "–"), wrong or body["title"])
        elif answer.status_code != 422:
            answer.raise_for_status()

    async def _answered(self) -> bool:
        orders = await self._around.apis.orders()
        return all(order["state"] not in {"submitted", "accepted"} for order in orders)

    async def _note_returned(self) -> None:
        returned = [order for order in await self._around.apis.orders() if order["state"] == "returned"]
        for order in reversed(returned):
            first = order["reasons"][0]
            self._refuse(order["title"], order["unit_name"] or order["unit_id"], first["rule"], first["sv"])
        gone = {order["order_id"] for order in returned}
        self._placed = {position: kept for position, kept in self._placed.items() if kept not in gone}
        self.result.orders_accepted = len(self._placed)

    def _refuse(self, title: str, unit: str, rule: str, reason: str) -> None:
        self.result.orders_refused.append(RefusedOrder(title, unit, rule, reason))

    async def _count(self) -> None:
        """Count again from the input files against what the sink received, without asking our own tables."""
        with self._around.progress.step("Counting what arrived, from the files alone"):
            received = read_messages(self._around.sink_folder)
            verdict = await asyncio.to_thread(verify, self._inputs, self._placed, received)
        self.result.mails_delivered = verdict.mails
        self.result.missing = verdict.missing
        self.result.duplicates = verdict.duplicates
        self.result.wrong_sections = verdict.wrong_sections
        self.result.examples = list(verdict.examples)
