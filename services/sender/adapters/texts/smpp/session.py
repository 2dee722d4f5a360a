"""One bound SMPP session: requests and their answers by sequence number, and what the SMSC brings."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from aiosmpplib.protocol import (
    BindTransceiver,
    DeliverSmResp,
    EnquireLink,
    EnquireLinkResp,
    GenericNack,
    SmppMessage,
    Unbind,
    UnbindResp,
)

from services.sender.adapters.texts.smpp.reading import (
    DELIVER_SM,
    ENQUIRE_LINK,
    HEADER,
    LARGEST,
    UNBIND,
    Pdu,
    Unreadable,
)
from services.sender.domain.texts.gateway import AnswerLost, NotHandedOver

log = structlog.get_logger(__name__)

KEEP_ALIVE_SECONDS = 30.0

Deliver = Callable[[Pdu], Awaitable[None]]
"""Takes a deliver_sm; it is acknowledged when this returns."""


@dataclass(frozen=True)
class Account:
    """Where the SMSC is, and who we are there. ``tls``: TLS from the start."""

    host: str
    port: int
    user: str
    password: str
    system_type: str
    tls: bool
    seconds: float


class SmppSession:
    """A session that is bound as a transceiver. When it is closed, whatever waits for an answer is lost."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, deliver: Deliver) -> None:
        self._reader = reader
        self._writer = writer
        self._deliver = deliver
        self._waiting: dict[int, asyncio.Future[Pdu]] = {}
        self._sequence = 0
        self._tasks: list[asyncio.Task[None]] = []
        self.usable = True

    @classmethod
    async def open(cls, account: Account, deliver: Deliver) -> "SmppSession":
        """Connect and bind. Raises NotHandedOver."""
        context = ssl.create_default_context() if account.tls else None
        try:
            async with asyncio.timeout(account.seconds):
                reader, writer = await asyncio.open_connection(account.host, account.port, ssl=context)
        except (OSError, TimeoutError) as problem:
            raise NotHandedOver(f"no connection to the SMSC: {type(problem).__name__}") from problem
        session = cls(reader, writer, deliver)
        session._tasks.append(asyncio.create_task(session._read()))
        try:
            await session._bind(account)
        except BaseException:
            await session.close()
            raise
        session._tasks.append(asyncio.create_task(session._keep_alive(account.seconds)))
        return session

    async def _bind(self, account: Account) -> None:
        bind = BindTransceiver(
            system_id=account.user, password=account.password, system_type=account.system_type
        )
        try:
            answer = await self.ask(bind, account.seconds)
        except AnswerLost as problem:
            raise NotHandedOver(f"the SMSC did not answer the bind: {problem}") from problem
        if answer.status:
            raise NotHandedOver(f"the SMSC refused the bind with 0x{answer.status:08X}")

    async def ask(self, message: SmppMessage, seconds: float) -> Pdu:
        """Send a request; return its answer. Raises AnswerLost."""
        if not self.usable:
            raise AnswerLost("the session is closed")
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        message.sequence_num = self._sequence
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._waiting[message.sequence_num] = answer
        try:
            async with asyncio.timeout(seconds):
                await self._write(message)
                return await answer
        except TimeoutError:
            raise AnswerLost("no answer in time") from None
        except OSError as problem:
            raise AnswerLost(type(problem).__name__) from None
        finally:
            self._waiting.pop(message.sequence_num, None)

    async def close(self) -> None:
        """End the session; politely if it still works."""
        if self.usable:
            try:
                await self.ask(Unbind(), 2.0)
            except AnswerLost:
                log.info("smpp_unbind_unanswered")
        self._break("the session was closed")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write(self, message: SmppMessage) -> None:
        self._writer.write(message.pdu())
        await self._writer.drain()

    async def _read(self) -> None:
        try:
            while True:
                await self._take(await self._next())
        except (OSError, asyncio.IncompleteReadError, Unreadable) as problem:
            self._break(f"the connection broke: {type(problem).__name__}")
        except Exception as problem:
            log.exception("smpp_reading_failed")
            self._break(f"reading failed: {type(problem).__name__}")

    async def _next(self) -> Pdu:
        length, command, status, sequence = HEADER.unpack(await self._reader.readexactly(HEADER.size))
        if not HEADER.size <= length <= LARGEST:
            raise Unreadable(f"a PDU of {length} octets")
        return Pdu(command, status, sequence, await self._reader.readexactly(length - HEADER.size))

    async def _take(self, pdu: Pdu) -> None:
        if pdu.is_response:
            waiting = self._waiting.get(pdu.sequence)
            if waiting and not waiting.done():
                waiting.set_result(pdu)
        elif pdu.command == DELIVER_SM:
            await self._deliver(pdu)
            await self._write(DeliverSmResp(pdu.sequence))
        elif pdu.command == ENQUIRE_LINK:
            await self._write(EnquireLinkResp(pdu.sequence))
        elif pdu.command == UNBIND:
            await self._write(UnbindResp(pdu.sequence))
            self._break("the SMSC ended the session")
        else:
            await self._write(GenericNack(pdu.sequence))

    async def _keep_alive(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            try:
                await self.ask(EnquireLink(), seconds)
            except AnswerLost as problem:
                return self._break(f"the SMSC is silent: {problem}")

    def _break(self, why: str) -> None:
        self.usable = False
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(AnswerLost(why))
        self._writer.close()
