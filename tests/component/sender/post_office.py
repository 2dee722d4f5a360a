"""A sender under test: its relay, its clock, and the steps that several tests take."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from deploy.local.mail import PrivateSink
from deploy.local.sink.store import Received, read_messages
from services.sender.main import create_app
from services.sender.settings import SenderSettings
from shared.addresses import address_hash
from shared.clock import FileClock
from shared.contracts.compliance import SuppressionAdded
from shared.contracts.intake import SectionText
from shared.contracts.message import OrderClass
from shared.contracts.sender import (
    DeliverBatch,
    PlannedMail,
    PrepareEdition,
    Reader,
    Section,
    SendMessage,
)
from shared.ids import new_id
from shared.persistence.database import Database, engine_for
from shared.persistence.migrations import upgrade
from shared.web.tokens import ApiTokens, Role
from tests.support.one_service import Running, running
from tests.support.waiting import until

SECRET = "0123456789abcdef0123456789abcdef"
WEDNESDAY = date(2027, 2, 17)
MORNING = datetime(2027, 2, 17, 8, 0, tzinfo=UTC)
HEARD_IN = {
    "scheduler.note-batch",
    "scheduler.note-outcomes",
    "scheduler.note-progress",
    "intake.note-answer",
    "onboarding.note-letter",
    "compliance.note-failed-address",
    "compliance.note-unsubscribe",
    "intake.draft-from-mail",
    "crm.read-failed-addresses",
    "operations.read-pauses",
}
EDITION = UUID("018f0000-0000-7000-8000-00000000000e")


@dataclass(frozen=True)
class PostOffice:
    """A running sender, and the ways to use it."""

    running: Running
    settings: SenderSettings
    clock: FileClock
    database: Database
    sink: PrivateSink

    def token(self, role: Role = "desk") -> str:
        tokens = ApiTokens(self.settings.secret, self.clock)
        return tokens.issue("desk@example.org", role, timedelta(days=1))

    async def say(self, message: Any) -> None:
        await self.running.world.say(message, self.clock.now())

    async def hand_over(self, mails: Iterable[PlannedMail], edition_id: UUID = EDITION) -> None:
        planned = tuple(mails)
        for number, start in enumerate(range(0, len(planned), 250), start=1):
            batch = planned[start : start + 250]
            await self.say(DeliverBatch(edition_id=edition_id, batch=number, mails=batch))

    async def suppress(self, address: str, scope: str) -> None:
        said = SuppressionAdded(
            address_hash=address_hash(self.settings.secret, address).hex(),
            scope=scope,
            reason="opted_out",
            at=self.clock.now(),
        )
        await self.say(said)
        await until(lambda: self.number("SELECT count(*) FROM suppression WHERE active"))

    async def progress(self, edition_id: UUID = EDITION) -> Any:
        return await self.running.get(f"/api/v1/editions/{edition_id}/progress", self.token())

    async def finished(self, mails: int, edition_id: UUID = EDITION) -> Any:
        """Return the progress when every one of the mails has its outcome."""
        await until(lambda: self.number("SELECT count(*) FROM delivery"), lambda n: n == mails)
        return await until(lambda: self.progress(edition_id), lambda seen: seen["left"] == 0, seconds=60)

    async def number(self, query: str) -> int:
        async with self.database.begin() as conn:
            return int((await conn.execute(text(query))).scalar_one())

    async def text(self, query: str) -> str:
        async with self.database.begin() as conn:
            return str((await conn.execute(text(query))).scalar_one())

    async def becomes(self, query: str, wanted: int) -> None:
        """Wait until a count in the database is what is wanted."""
        await until(lambda: self.number(query), lambda seen: seen == wanted)

    async def execute(self, statement: str) -> None:
        async with self.database.begin() as conn:
            await conn.execute(text(statement))

    def received(self) -> list[Received]:
        return list(read_messages(self.sink.folder))

    async def received_by(self, address: str) -> EmailMessage:
        """Return the mail that an address got; wait until there is one."""
        found = await until(lambda: self._to(address))
        return parse(found[-1].raw)

    async def _to(self, address: str) -> list[Received]:
        return [each for each in await asyncio.to_thread(self.received) if address in each.recipients]


def parse(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def section(
    position: int,
    *,
    order_class: OrderClass = "information",
    unit: str = "1280",
    title: str = "Kurs",
    markdown: str = "",
) -> Section:
    return Section(
        position=position,
        order_id=UUID(int=0x018F << 112 | position),
        unit_id=unit,
        unit_name=f"Kretsen {unit}",
        order_class=order_class,
        title=title,
        texts={"sv": SectionText(subject=title, markdown=markdown or f"Välkommen till **{title}**.")},
    )


def edition(*sections: Section, edition_id: UUID = EDITION, mails: int = 1) -> PrepareEdition:
    return PrepareEdition(
        edition_id=edition_id, wednesday=WEDNESDAY, sections=sections, mails=mails, batches=1
    )


def mail(address: str, *positions: int, name: str = "Åsa Lind") -> PlannedMail:
    reader = Reader(
        person_id="p1", name=name, sections=dict.fromkeys(positions or (1,), ("ordförande, Malmö",))
    )
    return PlannedMail(mail_id=new_id(), address=address, language="sv", readers=(reader,))


def letter(to: str, key: str = "order-1:confirmation") -> SendMessage:
    return SendMessage(
        key=key,
        to=to,
        name="Åsa Lind",
        subject="Din beställning är mottagen",
        markdown="Hej Åsa!\n\nUtskicket går **onsdag 17 februari**.",
        purpose="order-confirmation",
    )


def settings_for(
    database_url: str, amqp_url: str, smtp_url: str, clock: Path, **given: Any
) -> SenderSettings:
    return SenderSettings(
        database_url=database_url,
        amqp_url=amqp_url,
        smtp_url=smtp_url,
        secret_key=SECRET,
        clock=f"file:{clock}",
        public_url="https://utskick.example.org",
        organisation_name="Röda Exemplet",
        **given,
    )


@asynccontextmanager
async def open_post_office(
    database_url: str, amqp_url: str, sink: PrivateSink, folder: Path, **given: Any
) -> AsyncIterator[PostOffice]:
    """Run a sender whose clock stands at nine on a Wednesday morning."""
    clock = FileClock(folder / "clock.json")
    clock.set(MORNING)
    settings = settings_for(
        database_url, amqp_url, sink.url, folder / "clock.json", lease_seconds=10.0, **given
    )
    database = Database(engine_for(database_url, "sender", pool_size=2))
    async with running(create_app(settings), amqp_url, HEARD_IN) as service:
        yield PostOffice(service, settings, clock, database, sink)
    await database.close()


def migrate(database_url: str) -> None:
    upgrade("sender", database_url)
