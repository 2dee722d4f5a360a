"""Dead letters: what could not be handled, why, and its return to the queue."""

import json
from dataclasses import dataclass
from typing import Any

from aio_pika import DeliveryMode, connect
from aio_pika import Message as AmqpMessage
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue

from shared.messaging.consuming import ATTEMPT, FAILED_AT, REASON

UNREADABLE = "(unreadable)"


@dataclass(frozen=True)
class DeadLetter:
    """A message in a dead queue. ``reason`` is what its last handling, or the broker, said."""

    queue: str
    message_id: str
    type: str
    attempts: int
    failed_at: str
    reason: str


async def list_dead(amqp_url: str, queue: str, limit: int) -> list[DeadLetter]:
    """Return up to ``limit`` dead letters of a queue, oldest first, and leave them there."""
    connection = await connect(amqp_url)
    async with connection, connection.channel() as channel:
        dead = await channel.get_queue(f"{queue}.dead")
        taken = await _take(dead, limit)
        letters = [_letter(queue, message) for message in taken]
        for message in taken:
            await message.nack(requeue=True)
        return letters


async def replay(amqp_url: str, queue: str, message_id: str | None = None) -> int:
    """Return the dead letters of a queue to it, or only the one with this id; return how many.

    A letter leaves the dead queue only after the broker has confirmed its copy. A kill in between leaves
    both, which the inbox absorbs.
    """
    connection = await connect(amqp_url)
    async with connection, connection.channel(on_return_raises=True) as channel:
        dead = await channel.get_queue(f"{queue}.dead")
        taken = await _take(dead, dead.declaration_result.message_count or 0)
        count = 0
        for message in taken:
            if message_id is not None and _letter(queue, message).message_id != message_id:
                await message.nack(requeue=True)
                continue
            copy = AmqpMessage(
                message.body, content_type=message.content_type, delivery_mode=DeliveryMode.PERSISTENT
            )
            await channel.default_exchange.publish(copy, queue, mandatory=True)
            await message.ack()
            count += 1
        return count


async def _take(dead: AbstractQueue, limit: int) -> list[AbstractIncomingMessage]:
    taken: list[AbstractIncomingMessage] = []
    while len(taken) < limit and (message := await dead.get(fail=False)):
        taken.append(message)
    return taken


def _letter(queue: str, message: AbstractIncomingMessage) -> DeadLetter:
    envelope = _envelope(message.body)
    headers = message.headers
    return DeadLetter(
        queue=queue,
        message_id=str(envelope.get("id", UNREADABLE)),
        type=str(envelope.get("type", UNREADABLE)),
        attempts=int(str(headers.get(ATTEMPT, 0))),
        failed_at=str(headers.get(FAILED_AT, "")),
        reason=str(headers.get(REASON) or headers.get("x-first-death-reason", "")),
    )


def _envelope(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
