"""A gate on the way to a server: while it is shut, the server is away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.engine import URL, make_url


@dataclass
class Gate:
    """Passes connections on. ``url``: as the server's, but through the gate."""

    server: URL
    url: str = ""
    _shut: bool = False
    _passing: set[asyncio.StreamWriter] = field(default_factory=set)

    def shut(self) -> None:
        """Break every connection and take no other."""
        self._shut = True
        for writer in self._passing:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on."""
        if self._shut:
            writer.transport.abort()
            return
        behind, to_server = await asyncio.open_connection(self.server.host, self.server.port)
        self._passing |= {writer, to_server}
        await asyncio.gather(_pass(reader, to_server), _pass(behind, writer))
        self._passing -= {writer, to_server}


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while some := await reader.read(65_536):
            writer.write(some)
            await writer.drain()
    writer.transport.abort()


@asynccontextmanager
async def gate_to(server_url: str) -> AsyncIterator[Gate]:
    gate = Gate(make_url(server_url))
    listening = await asyncio.start_server(gate.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    gate.url = gate.server.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
    async with listening:
        yield gate
        gate.shut()
