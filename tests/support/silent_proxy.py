"""A TCP proxy before RabbitMQ that loses connections, and falls silent in the middle of one."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from yarl import URL

HANDSHAKE = 3
"""Frames of the server until a connection is open: start, tune, open-ok (AMQP 0-9-1)."""


@dataclass
class SilentProxy:
    """``silent`` is whether the next connection hears nothing after its handshake."""

    upstream: URL
    url: str = ""
    silent: bool = False
    connections: int = 0
    writers: list[StreamWriter] = field(default_factory=list)

    async def opened(self) -> int:
        """Return how many connections there have been."""
        return self.connections

    def drop(self) -> None:
        """Lose every connection."""
        for writer in self.writers:
            writer.transport.abort()
        self.writers.clear()

    async def serve(self, client: StreamReader, to_client: StreamWriter) -> None:
        frames = HANDSHAKE if self.silent else None
        self.silent = False
        server, to_server = await asyncio.open_connection(self.upstream.host, self.upstream.port)
        self.writers += [to_client, to_server]
        self.connections += 1
        await asyncio.gather(_pump(client, to_server), _frames(server, to_client, frames))


async def _pump(reader: StreamReader, writer: StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


async def _frames(reader: StreamReader, writer: StreamWriter, count: int | None) -> None:
    """Pass on so many frames, then swallow the rest; None is all."""
    try:
        while count is None or count > 0:
            head = await reader.readexactly(7)
            writer.write(head + await reader.readexactly(int.from_bytes(head[3:]) + 1))
            await writer.drain()
            count = None if count is None else count - 1
        while await reader.read(65536):
            pass
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    writer.close()


@asynccontextmanager
async def silent_proxy(amqp_url: str) -> AsyncIterator[SilentProxy]:
    """Run one before a broker."""
    proxy = SilentProxy(URL(amqp_url))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = str(proxy.upstream.with_port(server.sockets[0].getsockname()[1]))
    try:
        yield proxy
    finally:
        server.close()
        proxy.drop()
