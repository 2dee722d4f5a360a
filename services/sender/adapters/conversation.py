"""The replies of a relay, as they come in."""

import asyncio

MAX_REPLY = 64 * 1024


class Conversation(asyncio.Protocol):
    """Collects replies. One reader at a time waits for a number of them."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._received = b""
        self._replies: list[tuple[int, str]] = []
        self._lines: list[str] = []
        self._wanted = 0
        self._waiter: asyncio.Future[None] | None = None
        self.broken: str | None = None
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def unasked(self) -> bool:
        """Whether the relay said something that nobody waits for."""
        return bool(self._replies or self._lines or self._received)

    def data_received(self, data: bytes) -> None:
        received = self._received + data
        *lines, self._received = received.split(b"\n")
        for line in lines:
            if self.broken is None:
                self._take(line.rstrip(b"\r"))
        if len(self._received) + sum(map(len, self._lines)) > MAX_REPLY:
            self._break("the relay's answer is too long")
            self._transport.abort()
        self._wake()

    def _take(self, line: bytes) -> None:
        if not line[:3].isdigit() or line[3:4] not in {b"", b" ", b"-"}:
            self._break("the relay's answer is not SMTP")
            self._transport.abort()
            return
        self._lines.append(line[4:].decode("utf-8", "replace"))
        if line[3:4] != b"-":
            self._replies.append((int(line[:3]), " ".join(self._lines)))
            self._lines = []

    def connection_lost(self, exc: Exception | None) -> None:
        self._break(f"the connection broke ({exc})" if exc else "the relay closed the connection")
        if not self.lost.done():
            self.lost.set_result(None)

    def _break(self, why: str) -> None:
        self.broken = self.broken or why
        self._wake()

    def _wake(self) -> None:
        ready = self.broken is not None or len(self._replies) >= self._wanted
        if ready and self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def replies(self, count: int, timeout: float) -> list[tuple[int, str]]:
        """Return the next replies; fewer if the connection broke or the time was out."""
        self._wanted = count
        if len(self._replies) < count and self.broken is None:
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            timer = loop.call_later(timeout, self._break, "the relay did not answer in time")
            try:
                await self._waiter
            finally:
                timer.cancel()
        taken, self._replies = self._replies[:count], self._replies[count:]
        return taken
