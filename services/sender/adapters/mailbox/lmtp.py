"""LMTP (RFC 2033): a server of the organisation's pushes messages, and gets an answer for each recipient.

aiosmtpd speaks the protocol. The message itself is read here: the library keeps an object for each line,
which for 25 MB of empty lines is a gigabyte, and answers once for all recipients.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from shared.persistence.outages import is_outage

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 4
"""Messages being read at a time; who comes fifth waits before it may send. Bounds the memory."""

MOST_RECIPIENTS = 100
PIECE_OCTETS = 65_536
_END = b"\r\n.\r\n"

TAKEN = "250 2.0.0 it is noted"
LATER = "451 4.3.0 it cannot be noted now, try again later"
TOO_BIG = "552 5.3.4 the message is too big"
NOT_HERE = "550 5.1.1 no mail for that address is taken here"


class NoListener(ValueError):
    """The setting names no address to listen on."""


@dataclass(frozen=True)
class Delivery:
    """A message for one recipient. ``sender`` is the return path, empty for notices (RFC 5321 §4.5.5)."""

    recipient: str
    sender: str
    content: bytes


@dataclass(frozen=True)
class Listener:
    """A worker that listens. ``takes``: whether mail for an address belongs here.

    ``deliver`` returns when the message is committed; when it raises, the server keeps the message.
    """

    listen: str
    most_octets: int
    takes: Callable[[str], bool]
    deliver: Callable[[Delivery], Awaitable[None]]

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until told to stop. Several processes on one machine share the port."""
        host, port = address_of(self.listen)
        turns = asyncio.Semaphore(MOST_AT_ONCE)
        open_sessions: set[_Session] = set()
        server = await asyncio.get_running_loop().create_server(
            lambda: _Session(self, turns, open_sessions), host, port, reuse_port=True
        )
        log.info("lmtp_listening", host=host, port=port)
        await stop.wait()
        server.close()
        for session in list(open_sessions):
            session.hang_up()  # what had no answer is sent again


def address_of(listen: str) -> tuple[str, int]:
    """Return host and port of ``host:port``, also ``[::1]:24``. Raises NoListener."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise NoListener("where to listen is written host:port")
    return host.strip("[]"), int(port)


class _Handler:
    """Answers to RCPT and LHLO; the message is the session's own."""

    def __init__(self, takes: Callable[[str], bool]) -> None:
        self._takes = takes

    async def handle_EHLO(  # noqa: N802  # the library's name
        self, _server: LMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_RCPT(  # noqa: N802  # the library's name
        self, _server: LMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not self._takes(address):
            return NOT_HERE
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients at once"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"


class _Session(LMTP):
    """One connection."""

    line_length_limit = PIECE_OCTETS

    def __init__(self, listener: Listener, turns: asyncio.Semaphore, sessions: set["_Session"]) -> None:
        super().__init__(
            _Handler(listener.takes),
            data_size_limit=listener.most_octets,
            enable_SMTPUTF8=True,
            hostname="onsdag",
            ident="onsdag",
            loop=asyncio.get_running_loop(),
        )
        self._listener = listener
        self._turns = turns
        self._sessions = sessions

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._sessions.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        """End the connection."""
        with suppress(RuntimeError):
            self._writer.close()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # the library's name
        """Read the message and answer once for each recipient, in their order (RFC 2033 §4.2)."""
        if await self.check_helo_needed("LHLO"):
            return
        envelope = self.envelope
        assert envelope is not None
        if not envelope.rcpt_tos:
            await self.push("503 5.5.1 no recipient was accepted")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes nothing")
            return
        async with self._turns:
            await self.push("354 end with a dot on its own")
            content = await self._content()
            for recipient in envelope.rcpt_tos:
                await self.push(await self._answer(recipient, envelope.mail_from or "", content))
        self.envelope = self._create_envelope()

    async def _answer(self, recipient: str, sender: str, content: bytes | None) -> str:
        if content is None:
            return TOO_BIG
        try:
            await self._listener.deliver(Delivery(recipient, sender, content))
        except Exception as problem:
            if is_outage(problem):
                log.warning("message_not_taken", problem=type(problem).__name__)
            else:
                log.exception("message_not_taken")
            return LATER
        return TAKEN

    async def _content(self) -> bytes | None:
        """Return the message up to the lone dot, without the dots added; None if it is too big."""
        content, fits = bytearray(), True
        while content != _END[2:] and not content.endswith(_END):
            fits = fits and len(content) <= self._listener.most_octets
            if not fits:
                del content[: 1 - len(_END)]
            content += await self._piece()
        begins = bytes(content[1:-3] if content.startswith(b".") else content[:-3])
        return begins.replace(b"\r\n.", b"\r\n") if fits else None

    async def _piece(self) -> bytes:
        """Return octets up to where the message may end."""
        try:
            return await self._reader.readuntil(_END[2:])
        except asyncio.LimitOverrunError as overrun:
            return await self._reader.read(overrun.consumed)
