"""The outbox: what a service says goes to the bus if, and only if, its transaction commits.

``faststream-outbox`` keeps the rows, the leases and the retries; this module says what a row is and
publishes it. See docs/decisions/0002-outbox.md.
"""

import json
from datetime import timedelta
from uuid import UUID

from aio_pika import ExchangeType
from faststream.message import StreamMessage
from faststream.rabbit import ExchangeType as FastStreamExchangeType
from faststream.rabbit import RabbitBroker, RabbitExchange
from faststream_outbox import ExponentialRetry, OutboxBroker
from faststream_outbox.message import OutboxInnerMessage
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import Clock
from shared.contracts.envelope import CONTENT_TYPE, Envelope
from shared.contracts.message import Message
from shared.ids import new_id
from shared.messaging.tables import outbox_name
from shared.messaging.topology import Exchange, exchange_for

QUEUE = "bus"
"""The one queue in the outbox table: everything in it goes to RabbitMQ."""

DEFAULT = Exchange("", ExchangeType.DIRECT)
"""AMQP's default exchange, by which a message reaches a queue by name."""

RELAY_WORKERS = 4
LEASE_SECONDS = 30.0


class Outbox:
    """Writes messages into the outbox of one service."""

    def __init__(self, service: str, metadata: MetaData, clock: Clock) -> None:
        self._service = service
        self._clock = clock
        table = metadata.tables[outbox_name(service)]
        self._broker = OutboxBroker(outbox_table=table)
        self._waiting = text(
            f"SELECT EXISTS (SELECT FROM {table.name} WHERE "  # noqa: S608  # a constant
            "CAST(headers->>'onsdag-address' AS jsonb)->>'routing_key' = :routing_key)"
        )

    async def add(
        self,
        conn: AsyncConnection,
        message: Message,
        *,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
    ) -> UUID:
        """Say a message in the caller's transaction; return its id."""
        message_id = new_id()
        envelope = Envelope[Message](
            id=message_id,
            source=f"/onsdag/{self._service}",
            type=message.TYPE,
            time=self._clock.now(),
            correlationid=correlation_id or message_id,
            causationid=causation_id,
            data=message,
        )
        body = envelope.model_dump_json(exclude_none=True, serialize_as_any=True).encode()
        await self.add_raw(conn, body, exchange_for(message.TYPE), message.TYPE, {})
        return message_id

    async def add_raw(
        self,
        conn: AsyncConnection,
        body: bytes,
        exchange: Exchange,
        routing_key: str,
        headers: dict[str, str],
        *,
        delay: timedelta | None = None,
    ) -> None:
        """Send bytes as they are: a retry to one's own queue, or a dead letter."""
        address = {"exchange": exchange.name, "kind": exchange.kind.value, "routing_key": routing_key}
        await self._broker.publish(
            body,
            queue=QUEUE,
            session=conn,
            headers={**headers, "onsdag-address": json.dumps(address)},
            activate_in=delay,
        )

    async def holds(self, conn: AsyncConnection, routing_key: str) -> bool:
        """Whether a message of a type is not carried to the bus yet."""
        found = await conn.execute(self._waiting, {"routing_key": routing_key})
        return bool(found.scalar_one())


async def _as_it_is(message: StreamMessage[OutboxInnerMessage]) -> StreamMessage[OutboxInnerMessage]:
    return message


async def _carry(row: StreamMessage[OutboxInnerMessage], bus: RabbitBroker) -> None:
    """Publish a row to its address and wait until the broker has it; raise if it has no queue."""
    headers = dict(row.headers)
    address = json.loads(headers.pop("onsdag-address"))
    correlation_id = headers.pop("correlation_id", None)
    kind = FastStreamExchangeType(address["kind"])
    await bus.publish(
        row.body,
        exchange=RabbitExchange(address["exchange"], type=kind, declare=False),
        routing_key=address["routing_key"],
        persist=True,
        mandatory=True,
        content_type=CONTENT_TYPE,
        correlation_id=correlation_id,
        headers=headers,
        timeout=LEASE_SECONDS / 2,
    )


def relay(service: str, metadata: MetaData, engine: AsyncEngine, bus: RabbitBroker) -> OutboxBroker:
    """Return the broker that carries outbox rows to RabbitMQ, not yet started.

    A row is deleted after the broker has confirmed the message; a kill in between repeats it, which the
    inbox of each consumer absorbs. It is tried for ever, at most 30 s apart.
    """
    broker = OutboxBroker(
        engine,
        outbox_table=metadata.tables[outbox_name(service)],
        decoder=_as_it_is,
        apply_types=False,
        logger=None,
    )

    async def publish(row: StreamMessage[OutboxInnerMessage]) -> None:
        await _carry(row, bus)

    subscriber = broker.subscriber(
        QUEUE,
        max_workers=RELAY_WORKERS,
        fetch_batch_size=50,
        min_fetch_interval=0.2,
        max_fetch_interval=2.0,
        lease_ttl_seconds=LEASE_SECONDS,
        terminal_flush_batch_size=20,
        retry_strategy=ExponentialRetry(initial_delay_seconds=0.5, max_delay_seconds=30.0, jitter_factor=0.2),
    )
    subscriber(publish)
    return broker
