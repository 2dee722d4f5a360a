"""A relay that answers as a test says, command by command."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.support.waiting import until

GREETING = "220 relay.example.org ESMTP"
HANG_UP = ""
"""As an answer: close the connection without one."""
STALL = "stall"
"""As an answer: none, for as long as the other side waits."""
SLOWLY = "slowly"
"""As an answer: the usual, after a while."""
WHILE = 0.1


@dataclass
class ScriptedRelay:
    """``answer`` is asked for each command ("MAIL", …, "." for the end of the data), and for "BODY" after the
    354. Whose answer to the end of the data is lost has the message all the same."""

    extensions: tuple[str, ...] = ("PIPELINING",)
    answer: Callable[[str, int], str | None] = lambda _command, _count: None
    """What to say, given how often the command came before; None for the usual."""
    port: int = 0
    heard: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    """Of each message."""
    _asked: Counter[str] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def gets(self, mails: int) -> None:
        """Wait until it has got so many."""

        async def count() -> int:
            return len(self.recipients)

        await until(count, lambda seen: seen >= mails)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak SMTP on one connection."""
        recipient, open_for_recipients = "", False
        try:
            await self._say(writer, GREETING)
            while line := (await reader.readline()).decode().strip():
                command = line.partition(" ")[0].upper()
                self.heard.append(line)
                said = self._answer(command)
                if command == "MAIL":
                    recipient, open_for_recipients = "", said.startswith("2")
                elif command == "RCPT" and open_for_recipients and not said.startswith(("4", "5")):
                    recipient = line.partition("<")[2].partition(">")[0]
                if not await self._obey(command, said, recipient, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _obey(
        self,
        command: str,
        said: str,
        recipient: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        """Answer a command; return whether the conversation goes on."""
        if not await self._tell(said, command, reader, writer):
            return False
        if command == "DATA" and said.startswith("354"):
            if self._answer("BODY") == HANG_UP:
                return False
            content = await _read_data(reader)
            said = self._answer(".")
            if recipient and not said.startswith(("4", "5")):
                self.messages.append(content)
                self.recipients.append(recipient)
            return await self._tell(said, ".", reader, writer)
        return command != "QUIT"

    async def _tell(
        self, said: str, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if said == STALL:
            await reader.read()
        elif said == SLOWLY:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WHILE):
                    await reader.readexactly(1)
            said = self._usual(command)
        if said not in {HANG_UP, STALL}:
            await self._say(writer, said)
        return said not in {HANG_UP, STALL}

    def _answer(self, command: str) -> str:
        before = self._asked[command]
        self._asked[command] += 1
        chosen = self.answer(command, before)
        return self._usual(command) if chosen is None else chosen

    def _usual(self, command: str) -> str:
        if command == "EHLO":
            lines = ["relay.example.org", *self.extensions]
            return "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])
        return {"DATA": "354 Go on", "BODY": "go on", "QUIT": "221 Bye", ".": "250 2.0.0 Queued"}.get(
            command, "250 2.1.0 Ok"
        )

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
