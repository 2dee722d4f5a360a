"""A connection to RabbitMQ that comes back whatever happens while it comes back."""

from asyncio import timeout

from aio_pika import RobustConnection
from faststream.rabbit import RabbitBroker

RESTORE_SECONDS = 30.0
"""How long channels and consumers may take to come back. Usually it is milliseconds, and seconds where queues
elect a leader."""


class RestoringConnection(RobustConnection):
    """Gives up a restoration that hangs, and begins anew.

    aio-pika restores channels in the same task that reconnects. When the connection is lost in the middle, or
    the broker says nothing, that task waits for itself, and the process would consume nothing until it is
    started again.
    """

    async def _on_connected(self) -> None:
        try:
            async with timeout(RESTORE_SECONDS):
                await super()._on_connected()
        except TimeoutError:
            if self.transport is not None:
                await self.transport.connection.close()
            raise


class RestoringBroker(RabbitBroker):
    """FastStream's broker on such a connection, for which it has no parameter."""

    async def _connect(self) -> RobustConnection:
        self._connection_kwargs["connection_class"] = RestoringConnection
        return await super()._connect()
