"""An onboarding under test: its clock, its people, and the steps that several tests take."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from services.onboarding.main import create_app
from services.onboarding.settings import OnboardingSettings
from shared.clock import FileClock
from shared.contracts.crm import InterestRegistered, Unit, UnitChanged, UnitContact
from shared.contracts.onboarding import Step, StepCompleted
from shared.contracts.sender import MessageConcluded, SendMessage
from shared.ids import new_id
from shared.web.tokens import ApiTokens, Role
from tests.support.one_service import Running, running
from tests.support.waiting import until

SECRET = "0123456789abcdef0123456789abcdef"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ASA = "asa.lind@example.org"
OUTBOX = "sender.send-message"
TOLD = "crm.read-steps"


@dataclass(frozen=True)
class Reception:
    """A running onboarding, and the ways to use it."""

    running: Running
    clock: FileClock
    settings: OnboardingSettings

    def token(self, subject: str = ASA, role: Role = "member_contact") -> str:
        return ApiTokens(self.settings.secret, self.clock).issue(subject, role, timedelta(days=365))

    @property
    def admin(self) -> str:
        return self.token("admin@example.org", "admin")

    async def say(self, message: Any, **how: Any) -> None:
        await self.running.world.say(message, self.clock.now(), **how)

    async def units(self, *units: Unit) -> None:
        await self.say(UnitChanged(units=units))

    async def mails(self, count: int = 2) -> dict[str, SendMessage]:
        """Take this many commands out of the sender's queue, by purpose."""
        heard = [await self.running.world.hear(OUTBOX, SendMessage) for _ in range(count)]
        return {mail.purpose: mail for mail in heard}

    async def conclude(self, mail: SendMessage, state: Any = "accepted", reply: str = "250 Ok") -> None:
        await self.say(
            MessageConcluded(
                key=mail.key, purpose=mail.purpose, state=state, at=self.clock.now(), reply=reply
            )
        )

    async def told(self) -> StepCompleted:
        return await self.running.world.hear(TOLD, StepCompleted)

    async def waiting(self, queue: str = OUTBOX) -> int:
        return await self.running.world.waiting_in(queue)

    async def timelines(self, query: str = "", token: str | None = None) -> Any:
        return await self.running.get(f"/api/v1/timelines{query}", token or self.admin)

    async def started(self, interest_id: str = "I1") -> Any:
        """Return the timeline of an interest when it is there."""
        return await until(lambda: self._of(interest_id), bool)

    async def step(self, step: Step, interest_id: str = "I1") -> Any:
        timeline = await self.started(interest_id)
        return next(found for found in timeline["steps"] if found["step"] == step)

    async def step_becomes(self, step: Step, state: str, interest_id: str = "I1") -> Any:
        return await until(lambda: self.step(step, interest_id), lambda found: found["state"] == state)

    async def _of(self, interest_id: str) -> Any:
        page = await self.timelines("?limit=500")
        return next((t for t in page["timelines"] if t["interest_id"] == interest_id), None)

    async def metric(self, step: Step, trouble: Literal["late", "missing", "failed"]) -> float:
        name = f'onsdag_onboarding_steps{{step="{step}",trouble="{trouble}"}} '
        answer = await self.running.http.get("/metrics")
        found = (line for line in answer.text.splitlines() if line.startswith(name))
        return float(next(found, "nan").rpartition(" ")[2])


def lund(version: int = 1, *, email: str | None = ASA, **changes: Any) -> Unit:
    contacts = (
        () if email is None else (UnitContact(role="member", person_id="p1", name="Åsa Lind", email=email),)
    )
    given = {"unit_id": "1281", "name": "Lund", "region": "Skåne län", "contacts": contacts}
    return Unit(version=version, **(given | changes))


def interest(interest_id: str = "I1", **changes: Any) -> InterestRegistered:
    given = {
        "interest_id": interest_id,
        "person_id": "p77",
        "first_name": "Anna",
        "last_name": "Ek",
        "email": "anna.ek@example.org",
        "phone": "+46701740605",
        "unit_id": "1281",
        "wishes": "Jag vill hjälpa till med läxor.",
        "registered_at": MONDAY,
    }
    return InterestRegistered(**(given | changes))


@asynccontextmanager
async def open_reception(
    database_url: str, amqp_url: str, folder: Path, **settings: Any
) -> AsyncIterator[Reception]:
    """Run an onboarding on a Monday morning. It knows no unit yet."""
    path = folder / f"clock-{new_id()}"
    clock = FileClock(path)
    clock.set(MONDAY)
    chosen = OnboardingSettings(
        **{
            "database_url": database_url,
            "amqp_url": amqp_url,
            "secret_key": SECRET,
            "clock": f"file:{path}",
            "organisation_name": "Hjälpen",
            "onboarding_sweep_seconds": 0.1,
            **settings,
        }
    )
    async with running(create_app(chosen), amqp_url, [OUTBOX, TOLD]) as service:
        yield Reception(service, clock, chosen)
