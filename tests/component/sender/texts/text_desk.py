"""A sender of texts under test: its gateway, its clock, and the steps that several tests take."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from services.sender.main import create_app
from services.sender.settings import SenderSettings
from shared.clock import FileClock
from shared.contracts.compliance import SuppressionAdded
from shared.contracts.message import OrderClass
from shared.contracts.texts import DeliverTexts, PlannedText, SendText, TextConcluded, TextsReported
from shared.ids import new_id
from shared.messaging.topology import Consume, declare, queue_for
from shared.persistence.database import Database, engine_for
from shared.phones import phone_hash
from shared.web.tokens import ApiTokens, Role
from tests.component.sender.post_office import HEARD_IN, settings_for
from tests.support.one_service import Running, bearer, running
from tests.support.waiting import until

NOON = datetime(2027, 2, 17, 11, 0, tzinfo=UTC)
"""A Wednesday, and day in all of Europe."""

ORDER = UUID("01950a00-0000-7000-8000-000000000001")
ASA = "+46701740605"
CALLBACKS = "https://sender.example.org"
_STANDS = """
SELECT CASE reason WHEN '' THEN state ELSE reason END AS stands, count(*) AS texts
FROM text_delivery GROUP BY 1
"""
_TABLES = (
    "text_report",
    "text_delivery",
    "text_message",
    "withdrawn_order",
    "suppression",
    "idempotent_answers",
)


@dataclass(frozen=True)
class TextDesk:
    """A running sender with a gateway for texts."""

    running: Running
    settings: SenderSettings
    clock: FileClock
    database: Database

    async def say(self, message: Any) -> None:
        await self.running.world.say(message, self.clock.now())

    async def order(
        self,
        phones: Iterable[str],
        words: str = "Mötet är flyttat till sal B.",
        order_class: OrderClass = "duty",
        **given: Any,
    ) -> list[UUID]:
        """Have texts of an order recorded; return their ids."""
        texts = tuple(
            PlannedText(text_id=new_id(), phone=phone, language="sv", person_ids=("P1",)) for phone in phones
        )
        await self.say(
            DeliverTexts(
                order_id=ORDER,
                unit_id="1280",
                order_class=order_class,
                words={"sv": words},
                batch=1,
                texts=texts,
                **given,
            )
        )
        return [each.text_id for each in texts]

    async def suppress(self, phone: str, scope: str) -> None:
        hashed = phone_hash(self.settings.secret, phone).hex()
        await self.say(
            SuppressionAdded(address_hash=hashed, scope=scope, reason="opted_out", at=self.clock.now())
        )
        await until(lambda: self.number("SELECT count(*) FROM suppression WHERE active"))

    async def concluded(self) -> TextConcluded:
        """Return the next thing that was said of a one-to-one text."""
        return await self.running.world.hear("crm.read-texts", TextConcluded)

    async def states(self) -> dict[str, int]:
        """Count the texts by state, or by the reason where there is one."""
        async with self.database.begin() as conn:
            rows = await conn.execute(text(_STANDS))
            return {row.stands: row.texts for row in rows}

    async def become(self, **wanted: int) -> None:
        """Wait until the texts stand so."""
        await until(self.states, lambda seen: seen == wanted)

    async def number(self, query: str) -> int:
        async with self.database.begin() as conn:
            return int((await conn.execute(text(query))).scalar_one() or 0)

    async def execute(self, statement: str) -> None:
        async with self.database.begin() as conn:
            await conn.execute(text(statement))

    def token(self, role: Role = "desk", who: str = "desk@example.org") -> str:
        return ApiTokens(self.settings.secret, self.clock).issue(who, role, timedelta(days=900))

    async def get(self, path: str, role: Role = "desk") -> Any:
        return await self.running.get(path, self.token(role))

    async def post(self, path: str, role: Role = "desk", key: str = "", **given: Any) -> httpx.Response:
        headers = bearer(self.token(role)) | ({"Idempotency-Key": key} if key else {})
        return await self.running.http.post(path, headers=headers, **given)

    async def call_back(self, url: str, **said: str) -> int:
        """Call what the gateway was told to call; return the status."""
        answer = await self.running.http.post(url.removeprefix(CALLBACKS), data=said)
        return answer.status_code

    async def empty(self) -> None:
        """Leave nothing in the ledger. TRUNCATE would lock out the workers, and they it."""
        async with self.database.begin() as conn:
            for table in _TABLES:
                await conn.execute(text(f"DELETE FROM {table}"))

    async def clean(self) -> None:
        """Begin anew: by day, with nothing in the ledger."""
        self.clock.set(NOON)
        await self.empty()
        for queue in ("crm.read-texts", "compliance.note-refused-texts", "scheduler.note-texts"):
            await (await self.running.world.channel.get_queue(queue)).purge()


def send_text(
    to: str = ASA, key: str = "call-1", words: str = "Vi ringer i kväll.", **given: Any
) -> SendText:
    return SendText(key=key, to=to, text=words, purpose="call-back", **given)


@asynccontextmanager
async def open_text_desk(
    database_url: str, amqp_url: str, sms_url: str, folder: Path, **given: Any
) -> AsyncIterator[TextDesk]:
    """Run a sender whose clock stands at noon on a Wednesday."""
    clock = FileClock(folder / "clock.json")
    clock.set(NOON)
    given = {"sms_callback_url": CALLBACKS, "sms_timeout_seconds": 2.0, **given}
    unused = "smtp://127.0.0.1:9"
    settings = settings_for(database_url, amqp_url, unused, folder / "clock.json", sms_url=sms_url, **given)
    database = Database(engine_for(database_url, "sender", pool_size=2))
    heard = HEARD_IN | {"crm.read-texts", "compliance.note-refused-texts"}
    async with running(create_app(settings), amqp_url, heard) as service:
        await declare(service.world.channel, [queue_for("scheduler", Consume("note-texts", TextsReported))])
        yield TextDesk(service, settings, clock, database)
    await database.close()
