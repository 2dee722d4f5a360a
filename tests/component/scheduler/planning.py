"""A scheduler under test: its clock, its register, and the sender that answers it."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import httpx

from services.scheduler.main import create_app
from services.scheduler.settings import SchedulerSettings
from shared.addresses import address_hash
from shared.clock import FileClock
from shared.contracts.compliance import SuppressionAdded
from shared.contracts.crm import (
    BATCH,
    Assignment,
    AssignmentChanged,
    Person,
    PersonChanged,
    Unit,
    UnitChanged,
)
from shared.contracts.intake import Audience, OrderAccepted, SectionText
from shared.contracts.message import OrderClass
from shared.contracts.scheduler import EditionCompleted, EditionFrozen, EditionReleased, OrderScheduled
from shared.contracts.sender import BatchRecorded, DeliverBatch, DeliveryReported, Outcome, PrepareEdition
from shared.ids import new_id
from shared.web.tokens import ApiTokens, Role
from tests.support.one_service import Running, bearer, running
from tests.support.waiting import until

SECRET = "0123456789abcdef0123456789abcdef"
TUESDAY = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
CUTOFF = datetime(2026, 11, 13, 15, 0, tzinfo=UTC)
WEDNESDAY = date(2026, 11, 18)
RELEASE = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)

HEARD_IN = (
    "intake.learn-names",
    "intake.note-schedule",
    "intake.note-audience",
    "intake.note-freeze",
    "intake.note-release",
    "intake.note-completion",
    "intake.note-stop",
    "intake.note-texts",
    "intake.note-texts-completion",
    "sender.record-texts",
    "sender.prepare-edition",
    "sender.record-batch",
    "sender.pause-edition",
    "sender.resume-edition",
    "sender.stop-edition",
    "crm.read-missing-addresses",
    "operations.read-parkings",
    "sender.send-message",
)
"""Queues of others in which the scheduler is heard."""

State = Literal["accepted", "deferred", "failed", "suppressed", "uncertain"]


def person(number: int, version: int = 1, **changes: Any) -> Person:
    given = {"email": f"person{number}@example.org", "first_name": "Anna", "last_name": f"Ek {number}"}
    return Person(person_id=f"p{number}", version=version, **(given | changes))


def unit(number: int, version: int = 1, **changes: Any) -> Unit:
    given = {"name": f"Krets {number}", "region": "Skåne" if number % 2 else "Halland"}
    return Unit(unit_id=f"u{number}", version=version, **(given | changes))


def assignment(number: int, who: int, where: int, kind: str = "ordförande", **changes: Any) -> Assignment:
    given: dict[str, Any] = {"version": 1, "assignment_type": kind}
    return Assignment(
        assignment_id=f"a{number}", person_id=f"p{who}", unit_id=f"u{where}", **(given | changes)
    )


def order(**changes: Any) -> OrderAccepted:
    """An order to all chairs, complete on Tuesday."""
    given: dict[str, Any] = {
        "order_id": new_id(),
        "unit_id": "u1",
        "unit_name": "Krets 1",
        "ordered_by": "asa.lind@example.org",
        "title": "Årsmötet",
        "order_class": "information",
        "audience": Audience(assignment_types=("ordförande",), all_units=True),
        "texts": {"sv": SectionText(subject="Årsmötet", markdown="Hej!")},
        "completed_at": TUESDAY,
    }
    return OrderAccepted(**(given | changes))


def duty(**changes: Any) -> OrderAccepted:
    order_class: OrderClass = "duty"
    return order(order_class=order_class, **changes)


@dataclass(frozen=True)
class Planning:
    """A running scheduler, and the ways to use it."""

    running: Running
    clock: FileClock
    settings: SchedulerSettings

    def token(self, role: Role = "desk") -> str:
        return ApiTokens(self.settings.secret, self.clock).issue(
            "desk@example.org", role, timedelta(days=365)
        )

    async def say(self, message: Any) -> UUID:
        return await self.running.world.say(message, self.clock.now())

    async def tells(self, use_case: str, message: Any) -> None:
        """Say a message and wait until the scheduler has taken it in."""
        before = await self.handled(use_case)
        await self.say(message)
        await until(lambda: self.handled(use_case), lambda count: count > before)

    async def handled(self, use_case: str) -> float:
        """Return how many messages a use case has taken in this process."""
        name = f'onsdag_messages_total{{queue="scheduler.{use_case}",result="handled"}} '
        page = (await self.running.http.get("/metrics")).text
        found = (line for line in page.splitlines() if line.startswith(name))
        return float(next(found, "0").rpartition(" ")[2])

    async def swept(self) -> None:
        """Wait until a look for what is due has begun and ended."""

        async def looks() -> float:
            name = 'onsdag_job_seconds_count{job="wednesday",service="scheduler"} '
            page = (await self.running.http.get("/metrics")).text
            return float(next(line for line in page.splitlines() if line.startswith(name)).rpartition(" ")[2])

        before = await looks()
        await until(looks, lambda count: count >= before + 2)

    async def get(self, path: str) -> Any:
        return await self.running.get(f"/api/v1{path}", self.token())

    async def post(self, path: str, given: Any, role: Role = "desk") -> httpx.Response:
        return await self.running.http.post(f"/api/v1{path}", json=given, headers=bearer(self.token(role)))

    async def knows(
        self,
        persons: Iterable[Person] = (),
        units: Iterable[Unit] = (),
        assignments: Iterable[Assignment] = (),
    ) -> None:
        """Import a register and wait until it is taken in."""
        before = await self.register()
        people, places, held = tuple(persons), tuple(units), tuple(assignments)
        if places:
            await self.say(UnitChanged(units=places))
        for at in range(0, len(people), BATCH):
            await self.say(PersonChanged(persons=people[at : at + BATCH]))
        for at in range(0, len(held), BATCH):
            await self.say(AssignmentChanged(assignments=held[at : at + BATCH]))
        wanted = {
            "persons": before["persons"] + len(people),
            "units": before["units"] + len(places),
            "assignments": before["assignments"] + len(held),
        }
        await until(self.register, lambda counts: all(counts[name] >= n for name, n in wanted.items()))

    async def register(self, min_version: int = 0) -> Any:
        return await self.get(f"/register?min_version={min_version}")

    async def opts_out(self, number: int, scope: str = "organisation") -> None:
        """Opt a person's address out and wait until it holds."""
        before = (await self.register())["suppressions"]
        hashed = address_hash(self.settings.secret, f"person{number}@example.org").hex()
        await self.say(
            SuppressionAdded(address_hash=hashed, scope=scope, reason="opted_out", at=self.clock.now())
        )
        await until(self.register, lambda counts: counts["suppressions"] > before)

    async def places(self, accepted: OrderAccepted) -> OrderScheduled:
        """Place an order and return the scheduler's answer."""
        await self.say(accepted)
        return await self.running.world.hear("intake.note-schedule", OrderScheduled)

    async def freezes(self, at: datetime = CUTOFF) -> EditionFrozen:
        """Let the cut-off come."""
        self.clock.set(at)
        return await self.running.world.hear("intake.note-freeze", EditionFrozen)

    async def prepares(self) -> PrepareEdition:
        return await self.running.world.hear("sender.prepare-edition", PrepareEdition)

    async def hands_over(self) -> DeliverBatch:
        return await self.running.world.hear("sender.record-batch", DeliverBatch)

    async def releases(self, at: datetime = RELEASE) -> EditionReleased:
        """Let Wednesday morning come."""
        self.clock.set(at)
        return await self.running.world.hear("intake.note-release", EditionReleased)

    async def completes(self) -> EditionCompleted:
        return await self.running.world.hear("intake.note-completion", EditionCompleted)

    async def records(self, batch: DeliverBatch) -> None:
        """Answer a batch as the sender does."""
        recorded = BatchRecorded(
            edition_id=batch.edition_id, batch=batch.batch, recorded=len(batch.mails), repeated=0
        )
        await self.say(recorded)

    async def reports(self, batch: DeliverBatch, state: State, at: datetime | None = None) -> None:
        """Report one outcome for all mails of a batch."""
        outcomes = tuple(
            Outcome(mail_id=mail.mail_id, state=state, at=at or self.clock.now()) for mail in batch.mails
        )
        await self.say(DeliveryReported(edition_id=batch.edition_id, outcomes=outcomes))

    async def edition(self, edition_id: UUID) -> Any:
        return await self.get(f"/editions/{edition_id}")

    async def edition_becomes(self, edition_id: UUID, state: str) -> Any:
        return await until(lambda: self.edition(edition_id), lambda seen: seen["state"] == state)


@asynccontextmanager
async def open_planning(
    database_url: str, amqp_url: str, folder: Path, **settings: Any
) -> AsyncIterator[Planning]:
    """Run a scheduler on a Tuesday morning. Schedulers in one folder share their clock."""
    path = folder / "clock"
    clock = FileClock(path)
    if not path.exists():
        clock.set(TUESDAY)
    chosen = SchedulerSettings(
        **{
            "database_url": database_url,
            "amqp_url": amqp_url,
            "secret_key": SECRET,
            "clock": f"file:{path}",
            "sweep_seconds": 0.05,
            **settings,
        }
    )
    async with running(create_app(chosen), amqp_url, HEARD_IN) as service:
        yield Planning(service, clock, chosen)
