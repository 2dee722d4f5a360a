"""One service on a real database and a real broker, with the other services played by a test.

The service runs in the test's own process, so that the test can set its clock. What it says to others
waits in their queues, where the test reads it.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import aio_pika
import httpx
from aio_pika.abc import AbstractChannel, AbstractQueue
from fastapi import FastAPI

from deploy.topology import all_queues
from shared.contracts.envelope import CONTENT_TYPE, Envelope
from shared.contracts.message import Message
from shared.ids import new_id
from shared.messaging.topology import declare, exchange_for
from tests.support.waiting import until

M = TypeVar("M", bound=Message)


@dataclass(frozen=True)
class World:
    """Everything outside of the service under test."""

    channel: AbstractChannel

    async def say(self, message: Message, at: datetime, *, message_id: UUID | None = None) -> UUID:
        """Publish a message as its producer would; return its id."""
        message_id = message_id or new_id()
        envelope = Envelope[Message](
            id=message_id,
            source=f"/onsdag/{message.producer()}",
            type=message.TYPE,
            time=at,
            correlationid=message_id,
            data=message,
        )
        body = envelope.model_dump_json(exclude_none=True, serialize_as_any=True).encode()
        exchange = await self.channel.get_exchange(exchange_for(message.TYPE).name)
        await exchange.publish(aio_pika.Message(body, content_type=CONTENT_TYPE), message.TYPE)
        return message_id

    async def hear(self, queue: str, model: type[M]) -> M:
        """Take the next message out of another service's queue; fail if none comes."""
        inbox = await self.channel.get_queue(queue)
        body = await until(lambda: _take(inbox))
        assert body is not None
        return Envelope[model].model_validate_json(body).data  # type: ignore[valid-type]  # a value here

    async def waiting_in(self, queue: str) -> int:
        """Return how many messages wait in a queue."""
        known = await self.channel.get_queue(queue)
        return int((await known.declare()).message_count or 0)


@dataclass(frozen=True)
class Running:
    """A running service."""

    app: FastAPI
    http: httpx.AsyncClient
    world: World

    async def get(self, path: str, token: str | None = None) -> Any:
        """Return the JSON of a page that must be there."""
        answer = await self.http.get(path, headers=bearer(token))
        assert answer.status_code == 200, answer.text
        return answer.json()


def bearer(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def running(app: FastAPI, amqp_url: str, heard_in: Collection[str]) -> AsyncIterator[Running]:
    """Run a service whose database is migrated. ``heard_in`` are the queues of others that it fills."""
    connection = await aio_pika.connect_robust(amqp_url)
    async with connection, connection.channel() as channel:
        await declare(channel, [queue for queue in all_queues() if queue.name in heard_in])
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://onsdag.example.org") as http,
        ):
            yield Running(app, http, World(channel))


async def _take(queue: AbstractQueue) -> bytes | None:
    message = await queue.get(fail=False, no_ack=True)
    return None if message is None else message.body
