"""A relay that answers as a test says, command by command."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

GREETING = "220 relay.example.org ESMTP"
HANG_UP = ""
"""As an answer: close the connection without one."""


@dataclass
class ScriptedRelay:
    """``answer`` is asked for each command ("MAIL", …, "." for the end of the data)."""

    extensions: tuple[str, ...] = ("PIPELINING",)
    answer: Callable[[str, int], str | None] = lambda _command, _count: None
    """What to say, given how often the command came before; None for the usual."""
    port: int = 0
    heard: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak SMTP on one connection."""
        try:
            await self._say(writer, GREETING)
            while line := await reader.readline():
                if not await self._obey(line.decode().strip(), reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _obey(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        command = line.partition(" ")[0].upper()
        said = self._answer(command, line)
        if not said:
            return False
        await self._say(writer, said)
        if command == "DATA" and said.startswith("354"):
            content = await _read_data(reader)
            said = self._answer(".", ".")
            if not said:
                return False
            if said.startswith("2"):
                self.messages.append(content)
            await self._say(writer, said)
        return command != "QUIT"

    def _answer(self, command: str, line: str) -> str:
        before = sum(each.partition(" ")[0].upper() == command for each in self.heard)
        self.heard.append(line)
        chosen = self.answer(command, before)
        return self._usual(command) if chosen is None else chosen

    def _usual(self, command: str) -> str:
        if command == "EHLO":
            lines = ["relay.example.org", *self.extensions]
            return "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])
        return {"DATA": "354 Go on", "QUIT": "221 Bye", ".": "250 2.0.0 Queued"}.get(command, "250 2.1.0 Ok")

    @staticmethod
    async def _say(writer: asyncio.StreamWriter, text: str) -> None:
        writer.write(text.encode() + b"\r\n")
        await writer.drain()


async def _read_data(reader: asyncio.StreamReader) -> bytes:
    lines = []
    while (line := await reader.readuntil(b"\r\n")) != b".\r\n":
        lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
    return b"".join(lines)


@asynccontextmanager
async def listening(relay: ScriptedRelay) -> AsyncIterator[ScriptedRelay]:
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    async with server:
        yield relay
