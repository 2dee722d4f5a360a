"""The chaos run's side of the bus: it commands as the scheduler would, and hears what is reported."""

import asyncio
import contextlib
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

import aio_pika
from aio_pika.exceptions import AMQPError

from deploy.importing.failures import BusRefused
from deploy.importing.publishing import open_publisher
from services.sender.topology import CONSUMES
from shared.contracts.envelope import Envelope
from shared.contracts.message import Message
from shared.contracts.sender import DeliveryReported
from shared.messaging.topology import Queue, declare, exchange_for, queue_for

AGAIN_SECONDS = 0.3
BROKER_AWAY = (AMQPError, OSError, TimeoutError)
HEARD = Queue("chaos.hear", exchange_for(DeliveryReported.TYPE), "sender.#")
QUEUES = [*(queue_for("sender", consume) for consume in CONSUMES), HEARD]


async def declare_queues(amqp_url: str) -> None:
    """Declare the sender's queues, and one that hears all it says."""
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        await declare(channel, QUEUES)


async def say(amqp_url: str, message: Message, name: str) -> None:
    """Publish until the broker confirms. Said twice under one name, a message has one id."""
    while True:
        try:
            run = uuid5(NAMESPACE_URL, f"urn:onsdag:chaos:{name}")
            async with open_publisher(amqp_url, run, datetime.now(UTC)) as publisher:
                return await publisher.send([message])
        except BusRefused:
            await asyncio.sleep(AGAIN_SECONDS)


class Hearing:
    """Hears what the sender reports, over any number of broker restarts."""

    def __init__(self, amqp_url: str) -> None:
        self._amqp_url = amqp_url
        self._accepted: set[UUID] = set()

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            with contextlib.suppress(*BROKER_AWAY):
                await self._listen()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self) -> None:
        async with await aio_pika.connect(self._amqp_url) as connection, connection.channel() as channel:
            await channel.set_qos(prefetch_count=50)
            queue = await channel.get_queue(HEARD.name)
            async with queue.iterator() as messages:
                async for message in messages:
                    self._note(message)
                    await message.ack()

    def _note(self, message: aio_pika.abc.AbstractIncomingMessage) -> None:
        if message.routing_key == DeliveryReported.TYPE:
            report = Envelope[DeliveryReported].model_validate_json(message.body).data
            self._accepted |= {each.mail_id for each in report.outcomes if each.state == "accepted"}

    def unreported(self, mails: Iterable[UUID]) -> int:
        """Return of how many mails no report has said that the relay accepted them."""
        return sum(mail_id not in self._accepted for mail_id in mails)


async def left_in_queues(amqp_url: str) -> int:
    """Return how many messages lie in the queues, the dead ones included."""
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        names = [name for queue in QUEUES for name in (queue.name, queue.dead)]
        declared = [await channel.declare_queue(name, passive=True) for name in names]
        return sum(queue.declaration_result.message_count or 0 for queue in declared)
