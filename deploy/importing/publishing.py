"""Publishing as the CRM would: straight to its exchange on the bus."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID, uuid5

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractExchange
from aio_pika.connection import make_url
from aio_pika.exceptions import AMQPError

from deploy.importing.failures import BusRefused
from shared.contracts.envelope import CONTENT_TYPE, Envelope
from shared.contracts.message import Message
from shared.messaging.topology import exchange_for

SOURCE = "/crm/import"
NAMESPACE = UUID("0b7f2f0e-3c1b-5a7e-9d55-6f6e73646167")

CONNECT_SECONDS = 15.0
CONFIRM_SECONDS = 120.0
"""How long the broker may take to confirm a message. It takes none while its memory or disk is full."""


class Publisher:
    """Publishes the messages of one import, each confirmed by the broker.

    The id of a message follows from ``run`` and from its number among those of its type: an import that
    was killed and is repeated says the same again, and each consumer's inbox knows what it has seen.
    """

    def __init__(self, channel: AbstractChannel, run: UUID, time: datetime) -> None:
        self._channel = channel
        self._run = run
        self._time = time
        self._numbers: Counter[str] = Counter()
        self._exchanges: dict[str, AbstractExchange] = {}

    async def send(self, messages: Sequence[Message]) -> None:
        """Publish messages and wait until the broker has them all."""
        try:
            await asyncio.gather(
                *[self._send(message, await self._exchange(message)) for message in messages]
            )
        except (AMQPError, ConnectionError, TimeoutError) as error:
            raise BusRefused(
                f"the bus did not take all messages ({type(error).__name__}: {error}). Is every service "
                "started, so that its queues exist? Repeat the import: what arrived has no effect twice"
            ) from error

    async def _exchange(self, message: Message) -> AbstractExchange:
        exchange = exchange_for(message.TYPE)
        if exchange.name not in self._exchanges:
            self._exchanges[exchange.name] = await self._channel.declare_exchange(
                exchange.name, exchange.kind, durable=True
            )
        return self._exchanges[exchange.name]

    async def _send(self, message: Message, exchange: AbstractExchange) -> None:
        self._numbers[message.TYPE] += 1
        message_id = uuid5(self._run, f"{message.TYPE}/{self._numbers[message.TYPE]}")
        envelope = Envelope[Message](
            id=message_id,
            source=SOURCE,
            type=message.TYPE,
            time=self._time,
            correlationid=self._run,
            data=message,
        )
        body = envelope.model_dump_json(exclude_none=True, serialize_as_any=True).encode()
        await exchange.publish(
            aio_pika.Message(
                body,
                content_type=CONTENT_TYPE,
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                message_id=str(message_id),
                correlation_id=str(self._run),
            ),
            routing_key=message.TYPE,
            mandatory=True,
            timeout=CONFIRM_SECONDS,
        )


@asynccontextmanager
async def open_publisher(amqp_url: str, run: UUID, time: datetime) -> AsyncIterator[Publisher]:
    """Connect to the bus. Raises BusRefused when nobody answers there."""
    connection = aio_pika.Connection(make_url(amqp_url))
    try:
        await connection.connect(timeout=CONNECT_SECONDS)
    except (AMQPError, OSError, TimeoutError) as error:
        await connection.close()
        raise BusRefused(f"the bus cannot be reached: {type(error).__name__}: {error}") from error
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        yield Publisher(channel, run, time)
