"""A made-up week on the compose file: the register in, the orders placed, cut-off and Wednesday."""

import asyncio
import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from deploy.demo.clients import Apis, Edition
from deploy.demo.inputs import Choice, prepare
from deploy.demo.registering import opted_out_addresses
from deploy.demo.surroundings import Inputs
from deploy.local.sink import Received
from shared.clock import FileClock
from tests.containers.engine import docker, log
from tests.containers.project import Project
from tests.support.waiting import until

SECONDS = 90.0
SHORTLY = timedelta(seconds=1)


def make_inputs(folder: Path, *, people: int, orders: int) -> Inputs:
    """Make a register and its orders in the folder that the services see."""
    choice = Choice.of(crm=None, mapping=None, people=people, orders=str(orders), seed=11)
    return prepare(choice, folder)


@dataclass(frozen=True)
class Week:
    """The week, as those who use the APIs live it."""

    project: Project
    apis: Apis
    clock: FileClock
    inputs: Inputs

    async def import_register(self) -> None:
        """Import the register as an operator does, and wait until every service has it."""
        version = int(self.clock.now().timestamp() * 1000)
        said = await asyncio.to_thread(
            *(self.project.compose, "run", "--rm", "-T", "--no-deps", "migrate"),
            *("import", f"/given/{self.inputs.crm.name}", "--json"),
        )
        summary = json.loads(said)
        wanted = (summary["persons"], summary["units"], summary["assignments"], summary["units"])
        opted_out = opted_out_addresses(self.inputs)

        async def taken_in() -> tuple[int, ...]:
            register = await self.apis.get("scheduler", "/register", min_version=version)
            units = await self.apis.get("intake", "/units", limit=1)
            counts = tuple(register[name] for name in ("persons", "units", "assignments", "suppressions"))
            return (*counts[:3], units["total"], counts[3])

        await until(taken_in, lambda seen: seen[:4] == wanted and seen[4] >= opted_out, SECONDS)

    async def place_orders(self) -> dict[int, str]:
        """Place each order at its time; return the ids that the API gave, by place in the file."""
        placed: dict[int, str] = {}
        for order in sorted(self.inputs.orders.orders, key=lambda order: order.received_at):
            self.clock.set(order.received_at)
            answer = await self.apis.place(order)
            assert answer.status_code == 201, answer.text
            placed[order.position] = answer.json()["order_id"]

        async def states() -> set[str]:
            return {order["state"] for order in await self.apis.orders()}

        await until(states, lambda seen: seen == {"scheduled"}, SECONDS)
        return placed

    async def freeze(self) -> Edition:
        """Let the cut-off come; return the Wednesday with its mails."""
        (edition,) = await self.apis.editions()
        self.clock.set(edition.freeze_at + SHORTLY)
        return await self._until_it_is("frozen", edition.edition_id)

    def begin(self, edition: Edition) -> None:
        """Let it be Wednesday 09.00."""
        self.clock.set(edition.release_at + SHORTLY)

    async def complete(self, edition: Edition) -> Edition:
        """Wait until every mail has its outcome."""
        return await self._until_it_is("completed", edition.edition_id)

    async def accepted(self, edition: Edition) -> int:
        """Return how many mails of an edition the relay has taken so far."""
        try:
            progress = await self.apis.get("sender", f"/editions/{edition.edition_id}/progress")
        except httpx.HTTPStatusError as refusal:
            if refusal.response.status_code == 404:  # the sender has not heard of it yet
                return 0
            raise
        return int(progress["accepted"])

    async def kill_a_sender_in_the_middle(self, edition: Edition) -> datetime:
        """Kill the last sender while mails are on their way; return when.

        The relay stands still meanwhile, so that the killed sender leaves open what became of some.
        """
        sink, victim = self.project.only("sink"), self.project.containers("sender")[-1]
        await until(lambda: self.accepted(edition), lambda taken: taken >= edition.mails // 10, SECONDS)
        await asyncio.to_thread(docker, "pause", sink)
        stopped = datetime.now(UTC)
        await asyncio.to_thread(docker, "kill", victim)
        await asyncio.to_thread(docker, "unpause", sink)
        return stopped

    def held_by_the_dead(self) -> int:
        """Return how many mails dead senders held, as those that took them over have logged it."""
        senders = self.project.containers("sender")
        logged = [json.loads(line) for each in senders for line in log(each) if line.startswith("{")]
        return sum(entry["held"] for entry in logged if entry["event"] == "worker_died")

    def received(self) -> list[Received]:
        """Return everything that the sink has, asked of its own container."""
        container = self.project.only("sink")
        dump = docker("exec", container, "python", "-m", "deploy.local.sink", "--folder=/mail", "--dump")
        return [_message(json.loads(line)) for line in dump.splitlines()]

    async def _until_it_is(self, state: str, edition_id: str) -> Edition:
        return await until(
            lambda: self.apis.edition(edition_id), lambda edition: edition.state == state, SECONDS
        )


def _message(dumped: dict[str, str]) -> Received:
    return Received(
        number=int(dumped["number"]),
        sender=dumped["from"],
        recipients=tuple(dumped["to"]),
        received_at=datetime.fromisoformat(dumped["at"]),
        raw=base64.b64decode(dumped["raw"]),
    )
