"""The main job from end to end: a register and orders in, one mail for each recipient out on Wednesday."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from time import monotonic
from typing import Any

from deploy.demo.clients import Apis
from deploy.demo.progress import Progress
from deploy.demo.result import EditionResult, RefusedOrder, Result
from deploy.demo.verify import Verdict, verify
from deploy.importing.columns import ColumnMapping, read_mapping
from deploy.importing.orders import OrderRequest, OrdersFile
from deploy.importing.reading import open_export
from deploy.importing.rows import Row
from deploy.importing.run import ImportRequest, import_file
from deploy.importing.summary import ImportSummary
from deploy.local.sink import read_messages
from shared.addresses import normalize
from shared.clock import FileClock

PATIENCE_SECONDS = 1800.0
LOOK_SECONDS = 0.2
SHORTLY = timedelta(seconds=1)


@dataclass(frozen=True)
class Inputs:
    """What goes in: two files, the second already read."""

    crm: Path
    orders: OrdersFile
    mapping: Path | None = None


@dataclass(frozen=True)
class Surroundings:
    """What the play runs in."""

    apis: Apis
    amqp_url: str
    clock: FileClock
    sink_folder: Path
    progress: Progress


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
        await self._import()
        await self._place_orders()
        await self._let_pass(until=None)
        await self._count()
        return self.result

    def _first_order(self) -> datetime:
        return min(
            (order.received_at for order in self._inputs.orders.orders), default=self._around.clock.now()
        )

    async def _import(self) -> None:
        started = monotonic()
        version = int(self._around.clock.now().timestamp() * 1000)
        with self._around.progress.step("Importing the register") as step:
            request = ImportRequest(self._inputs.crm, mapping=self._inputs.mapping)
            summary = await import_file(request, self._around.amqp_url, self._around.clock, step)
            await self._taken_in(summary, version, opted_out_addresses(self._inputs))
        self.result.seconds["import"] = monotonic() - started
        self.result.people, self.result.units = summary.persons, summary.units
        self.result.assignments = summary.assignments
        self.result.rows_refused = [{"line": row.line, "reason": row.reason} for row in summary.broken_rows]
        if not summary.named_people:
            await self._name_orderers()

    async def _taken_in(self, summary: ImportSummary, version: int, opted_out: int) -> None:
        async def look() -> bool:
            apis = self._around.apis
            register = await apis.get("scheduler", "/register", min_version=version)
            suppressions = await apis.get("compliance", "/suppressions/count")
            units = await apis.get("intake", "/units", limit=1)
            return bool(
                register["persons"] >= summary.persons
                and register["assignments"] >= summary.assignments
                and min(register["units"], units["total"]) >= summary.units
                and register["suppressions"] >= suppressions["count"] >= opted_out
            )

        await _until(look, "the services have taken in the register")

    async def _name_orderers(self) -> None:
        """An export that names no one responsible for mailings: those who order become the units' own (A9)."""
        people: dict[str, list[str]] = {}
        for order in self._inputs.orders.orders:
            named = people.setdefault(order.unit_id, [])
            if order.ordered_by not in named and len(named) < 2:
                named.append(order.ordered_by)
        for unit_id, addresses in people.items():
            await self._around.apis.name_person(unit_id, addresses)
        self._around.progress.say(
            "The export names nobody responsible for mailings (A9), so the orderers in the orders file are "
            "taken as their units' named people."
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
                await _until(self._answered, "every accepted order has its Wednesday")
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

            await _until(frozen, "the edition is frozen")
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

            await _until(completed, "every mail has its outcome")
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


def opted_out_addresses(inputs: Inputs) -> int:
    """Return how many addresses of the export do not want mailings, counted from the file."""
    mapping = read_mapping(inputs.mapping) if inputs.mapping else ColumnMapping()
    rows = open_export(inputs.crm, mapping).rows()
    return len({normalize(row.email) for row in rows if isinstance(row, Row) and row.opted_out and row.email})


FINAL = ("accepted", "failed", "suppressed", "uncertain")


async def _until(look: Callable[[], Awaitable[bool]], what: str) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while not await look():
        if monotonic() > deadline:
            raise TimeoutError(f"waited {PATIENCE_SECONDS:.0f} s in vain until {what}")
        await asyncio.sleep(LOOK_SECONDS)
