"""A gateway for texts over HTTP, played by a test: it keeps what it is asked and answers as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {
            name: values[-1] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()
        }


@dataclass(frozen=True)
class Answer:
    """What is answered; ``hang_up`` closes the connection instead, after the request was read."""

    status: int = 200
    body: str = "{}"
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False


Script = Callable[[Asked], Awaitable[Answer]]


def taken(reference: str, parts: int = 1, cost: int = 3500) -> Answer:
    """Answer as 46elks does."""
    said = {"status": "created", "id": reference, "parts": parts, "cost": cost, "direction": "outgoing"}
    return Answer(body=json.dumps(said))


HANG_UP = Answer(hang_up=True)


@dataclass
class FakeGateway:
    """Answers from ``script`` as long as there is one, then like 46elks, with ids of its own."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    script: list[Answer] = field(default_factory=list)
    always: Script | None = None
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    async def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self.script:
            return self.script.pop(0)
        if self.always:
            return await self.always(asked)
        return taken(f"s{next(self._ids):032x}")

    @property
    def messages(self) -> list[str]:
        return [asked.form["message"] for asked in self.asked]


@asynccontextmanager
async def open_gateway() -> AsyncIterator[FakeGateway]:
    """Run a gateway on a free port of the loopback."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer = await gateway.answer(await _read(reader))
            if not answer.hang_up:
                writer.write(_written(answer))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    gateway = FakeGateway(server.sockets[0].getsockname()[1])
    async with server:
        yield gateway


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body)


def _written(answer: Answer) -> bytes:
    body = answer.body.encode()
    headers = {"Content-Length": str(len(body)), "Connection": "close", **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} Whatever", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
