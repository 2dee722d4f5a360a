"""An intake under test: its clock, its people, and the steps that several tests take."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx

from services.intake.main import create_app
from services.intake.settings import IntakeSettings
from shared.clock import FileClock
from shared.contracts.crm import Unit, UnitChanged, UnitContact
from shared.contracts.scheduler import (
    AudienceMoved,
    EditionCompleted,
    EditionFrozen,
    EditionReleased,
    OrderFigures,
    OrderScheduled,
)
from shared.ids import new_id
from shared.web.tokens import ApiTokens, Role
from tests.support.one_service import Running, bearer, running
from tests.support.waiting import until

SECRET = "0123456789abcdef0123456789abcdef"
TUESDAY = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
WEDNESDAY = date(2026, 11, 18)
EDITION = UUID("018f0000-0000-7000-8000-00000000000e")
ANOTHER_EDITION = UUID("018f0000-0000-7000-8000-00000000000f")
ASA = "asa.lind@example.org"
DESK = "desk@example.org"
HEARD_IN = ("scheduler.place-order", "scheduler.withdraw-order", "sender.send-message")
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Office:
    """A running intake, and the ways to use it."""

    running: Running
    clock: FileClock
    settings: IntakeSettings

    def token(self, subject: str = ASA, role: Role = "orderer") -> str:
        return ApiTokens(self.settings.secret, self.clock).issue(subject, role, timedelta(days=365))

    @property
    def desk(self) -> str:
        return self.token(DESK, "desk")

    async def post(
        self, path: str, given: Any = None, token: str | None = None, key: str | None = None
    ) -> httpx.Response:
        headers = bearer(token or self.token()) | ({"Idempotency-Key": key} if key else {})
        return await self.running.http.post(f"/api/v1{path}", json=given, headers=headers)

    async def order(self, order_id: str) -> Any:
        return await self.running.get(f"/api/v1/orders/{order_id}", self.desk)

    async def accepted(self, **changes: Any) -> str:
        """Place an order that keeps the rules; return its id."""
        answer = await self.post("/orders", complete(**changes))
        assert answer.status_code == 201, answer.text
        assert answer.json()["state"] == "accepted", answer.text
        return str(answer.json()["order_id"])

    async def state_becomes(self, order_id: str, state: str) -> Any:
        return await until(lambda: self.order(order_id), lambda order: order["state"] == state)

    async def units_known(self, *units: Unit) -> None:
        await self.running.world.say(UnitChanged(units=units), self.clock.now())
        await until(lambda: self.knows(units))

    async def metric(self, name: str) -> float:
        """Return the value of a metric; not a number while there is none."""
        answer = await self.running.http.get("/metrics")
        found = (line for line in answer.text.splitlines() if line.startswith(f"{name} "))
        return float(next(found, "nan").rpartition(" ")[2])

    async def knows(self, units: tuple[Unit, ...]) -> bool:
        page = await self.running.get("/api/v1/units?limit=500", self.desk)
        return {unit["unit_id"] for unit in page["units"]} >= {unit.unit_id for unit in units}


def lund(version: int = 1, *, email: str = ASA, closed: bool = False) -> Unit:
    contact = UnitContact(role="mailing", person_id="p1", name="Åsa Lind", email=email)
    return Unit(
        unit_id="1281", version=version, name="Lund", region="Skåne län", closed=closed, contacts=(contact,)
    )


MALMO = Unit(unit_id="1280", version=1, name="Malmö", region="Skåne län")


def complete(**changes: Any) -> dict[str, Any]:
    """An order that keeps every rule."""
    order = {
        "unit_id": "1281",
        "ordered_by": ASA,
        "title": "Handlingar till årsmötet",
        "order_class": "duty",
        "texts": {"sv": {"markdown": "Hej! Här är **handlingarna**."}},
        "audience": {"assignment_types": ["ordförande"], "regions": ["Skåne län"]},
        "faq": {"text": "Frågor om årsmötet besvaras av kretsen."},
        "submit": True,
    }
    return {name: value for name, value in (order | changes).items() if value is not None}


def scheduled(order_id: str, wednesday: date = WEDNESDAY, edition: UUID = EDITION) -> OrderScheduled:
    send_at = datetime(wednesday.year, wednesday.month, wednesday.day, 8, tzinfo=UTC)
    return OrderScheduled(order_id=UUID(order_id), edition_id=edition, wednesday=wednesday, send_at=send_at)


def frozen(order_id: str, recipients: int = 40) -> EditionFrozen:
    figures = OrderFigures(order_id=UUID(order_id), recipients=recipients, excluded={"opted_out": 2})
    return EditionFrozen(
        edition_id=EDITION, wednesday=WEDNESDAY, pairs=recipients, mails=recipients, orders=(figures,)
    )


def audience_moved(order_id: str) -> AudienceMoved:
    return AudienceMoved(
        order_id=UUID(order_id),
        edition_id=EDITION,
        accepted_at=TUESDAY,
        accepted=40,
        recipients=30,
        joined=1,
        left=11,
    )


def released(order_id: str) -> EditionReleased:
    return EditionReleased(edition_id=EDITION, wednesday=WEDNESDAY, mails=40, order_ids=(UUID(order_id),))


def completed(order_id: str) -> EditionCompleted:
    return EditionCompleted(
        edition_id=EDITION, wednesday=WEDNESDAY, outcomes={"accepted": 40}, order_ids=(UUID(order_id),)
    )


@asynccontextmanager
async def open_office(
    database_url: str, amqp_url: str, folder: Path, **settings: Any
) -> AsyncIterator[Office]:
    """Run an intake that knows Lund and Malmö, on a Tuesday morning."""
    path = folder / f"clock-{new_id()}"
    clock = FileClock(path)
    clock.set(TUESDAY)
    chosen = IntakeSettings(
        database_url=database_url,
        amqp_url=amqp_url,
        secret_key=SECRET,
        clock=f"file:{path}",
        organisation_address="info@onsdag.example.org",
        **settings,
    )
    async with running(create_app(chosen), amqp_url, HEARD_IN) as service:
        office = Office(service, clock, chosen)
        await office.units_known(lund(), MALMO)
        yield office
