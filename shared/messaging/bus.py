"""The connection to RabbitMQ, through FastStream."""

from collections.abc import Iterable

from faststream.message import StreamMessage
from faststream.middlewares import AckPolicy
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitMessage, RabbitQueue

from shared.contracts.envelope import Envelope
from shared.messaging.connection import RestoringBroker
from shared.messaging.consuming import Consumer
from shared.messaging.topology import Queue, declare

GRACEFUL_SECONDS = 60.0
"""How long a stop waits for handlers: longer than the longest of them."""


async def _as_it_is(message: StreamMessage[object]) -> StreamMessage[object]:
    return message


def make_bus(url: str) -> RabbitBroker:
    """Return a broker, not yet connected. What is published unroutable raises."""
    return RestoringBroker(
        url,
        apply_types=False,
        decoder=_as_it_is,
        default_channel=Channel(on_return_raises=True),
        ack_policy=AckPolicy.MANUAL,
        graceful_timeout=GRACEFUL_SECONDS,
        reconnect_interval=1.0,
        logger=None,
    )


def subscribe(bus: RabbitBroker, consumers: Iterable[Consumer]) -> None:
    """Give each consumer its queue on a channel of its own, whose prefetch is its concurrency."""
    for consumer in consumers:
        queue = RabbitQueue(consumer.queue.name, queue_type=QueueType.QUORUM, declare=False)
        subscriber = bus.subscriber(
            queue,
            channel=Channel(prefetch_count=consumer.consume.prefetch, on_return_raises=True),
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            title=consumer.queue.name,
            description=consumer.consume.message.__doc__,
        )
        subscriber(_entry(consumer))


def _entry(consumer: Consumer):  # type: ignore[no-untyped-def]  # the annotation below is made at run time
    async def on_message(message: RabbitMessage) -> None:
        await consumer.process(message.body, message.headers)
        await message.ack()

    on_message.__annotations__ = {
        "message": Envelope[consumer.consume.message],  # type: ignore[name-defined]  # for the AsyncAPI document
        "return": None,
    }
    return on_message


async def declare_all(bus: RabbitBroker, queues: Iterable[Queue]) -> None:
    """Declare queues over the bus's own connection."""
    connection = await bus.connect()
    async with connection.channel() as channel:
        await declare(channel, queues)
