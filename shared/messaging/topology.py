"""Exchanges and queues as data, declared before anything starts.

Works alike on RabbitMQ 3.10 to 4.3: quorum queues, an explicit delivery limit, a dead-letter target on
every queue.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel

from shared.contracts.message import Message

DELIVERY_LIMIT = 20
"""Deliveries of a message whose consumer dies each time, before the broker calls it dead."""

_EVENT = re.compile(r"^[a-z]+(\.[a-z]+(-[a-z]+)*){2}\.v[1-9]\d*$")
_COMMAND = re.compile(r"^[a-z]+\.[a-z]+(-[a-z]+)+\.v[1-9]\d*$")


@dataclass(frozen=True)
class Consume:
    """A queue of a service: one use case for one type of message.

    ``prefetch`` is how many messages one process works on at once. After ``max_attempts`` a message that
    keeps failing goes to the dead queue.
    """

    use_case: str
    message: type[Message]
    prefetch: int = 8
    max_attempts: int = 6


@dataclass(frozen=True)
class Exchange:
    name: str
    kind: ExchangeType


@dataclass(frozen=True)
class Queue:
    """A durable queue bound to one exchange, and the dead queue beside it."""

    name: str
    exchange: Exchange
    routing_key: str

    @property
    def dead(self) -> str:
        return f"{self.name}.dead"

    def arguments(self) -> dict[str, Any]:
        return {
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": self.dead,
        }


def exchange_for(message_type: str) -> Exchange:
    """Return the exchange of a message type: topic for events, direct for commands.

    Raises ValueError for a type that follows neither form.
    """
    service = message_type.partition(".")[0]
    if _EVENT.match(message_type):
        return Exchange(f"{service}.events", ExchangeType.TOPIC)
    if _COMMAND.match(message_type):
        return Exchange(f"{service}.commands", ExchangeType.DIRECT)
    raise ValueError(
        f"{message_type!r} is neither <service>.<aggregate>.<past participle>.v<N> nor a command"
    )


def queue_for(service: str, consume: Consume) -> Queue:
    """Return the queue ``<service>.<use-case>``."""
    message_type = consume.message.TYPE
    return Queue(f"{service}.{consume.use_case}", exchange_for(message_type), message_type)


async def declare(channel: AbstractChannel, queues: Iterable[Queue]) -> None:
    """Declare queues with their exchanges and dead queues. Saying it twice changes nothing."""
    for queue in queues:
        exchange = await channel.declare_exchange(queue.exchange.name, queue.exchange.kind, durable=True)
        await channel.declare_queue(queue.dead, durable=True, arguments={"x-queue-type": "quorum"})
        declared = await channel.declare_queue(queue.name, durable=True, arguments=queue.arguments())
        await declared.bind(exchange, queue.routing_key)
