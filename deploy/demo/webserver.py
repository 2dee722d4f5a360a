"""The demo's own web server, inside its event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI


class _Server(uvicorn.Server):
    """A server that leaves Ctrl-C to the program it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(port: int) -> tuple[socket.socket, str]:
    """Take the port, or a free one if another demo has it; return the socket and the address to open."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(("127.0.0.1", port))
        door.listen()
    except OSError:
        door.close()
        if port == 0:
            raise
        return bind(0)
    return door, f"http://127.0.0.1:{door.getsockname()[1]}"


@asynccontextmanager
async def serving(app: FastAPI, door: socket.socket) -> AsyncIterator[None]:
    """Serve an application while the block runs."""
    server = _Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[door]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
