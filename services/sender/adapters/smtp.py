"""SMTP to a relay: aiosmtplib connects, secures and signs in; then a small protocol of our own delivers.

The library sends one command at a time; with PIPELINING (RFC 2920) a mail takes two round trips instead of
four. See docs/decisions/0011-smtp-client.md for what that is worth.
"""

import asyncio
import contextlib
from collections.abc import Callable

import aiosmtplib

from services.sender.adapters.conversation import Conversation
from services.sender.domain.replies import Reply, Stage

END_OF_DATA_SECONDS = 600.0
"""RFC 5321 §4.5.3.2.6: ten minutes for the answer to the end of the data, or mails are sent twice."""

_OUT_OF_STEP = "the relay's answers are out of step"
_NO_LONGER_OURS = "the lease ran out before the mail was handed over"


class RouteProblem(Exception):
    """The relay cannot be used now: it is away, refuses us, or breaks off."""


class NotHandedOver(RouteProblem):
    """The connection broke before the end of the data: the relay cannot have the mail."""


class AnswerLost(RouteProblem):
    """The connection broke after the end of the data: the relay may have the mail."""


Command = tuple[Stage, bytes]

_POSSIBLE = {Stage.MAIL: (2, 4, 5), Stage.RECIPIENT: (2, 4, 5), Stage.DATA: (3, 4, 5)}
"""First digits of the answers to a command. Any other answers something else: one too many has come."""
_OF_A_MAIL = (2, 4, 5)


class SmtpConnection:
    """A connection on which mails are handed over, one after another."""

    def __init__(
        self,
        transport: asyncio.Transport,
        conversation: Conversation,
        timeout: float,
        *,
        pipelining: bool,
        smtputf8: bool,
    ) -> None:
        self._transport = transport
        self._conversation = conversation
        self._timeout = timeout
        self._pipelining = pipelining
        self.smtputf8 = smtputf8
        self._spoilt = False
        self.delivered = 0
        self.closing = False

    @classmethod
    def take_over(cls, client: aiosmtplib.SMTP, timeout: float) -> "SmtpConnection":
        """Go on with the connection that the library has made."""
        transport = client.transport
        if not isinstance(transport, asyncio.Transport):
            raise RouteProblem("the relay closed the connection")
        conversation = Conversation(transport)
        transport.set_protocol(conversation)
        return cls(
            transport,
            conversation,
            timeout,
            pipelining=client.supports_extension("pipelining"),
            smtputf8=client.supports_extension("smtputf8"),
        )

    @property
    def usable(self) -> bool:
        return not (self.closing or self._conversation.broken or self._conversation.unasked)

    def takes(self, address: str) -> bool:
        """Whether the relay takes an address: beyond ASCII it must say so (RFC 6531); domains have IDNA."""
        return self.smtputf8 or address.rpartition("@")[0].isascii()

    async def send(
        self, sender: bytes, recipient: bytes, message: bytes, may_go: Callable[[], bool] = lambda: True
    ) -> Reply:
        """Hand one mail over; return the relay's answer to it. ``may_go`` is asked just before the data.

        A refusal before that is the answer, too. Raises NotHandedOver or AnswerLost when there is none. After
        these, and after 421, the connection is of no more use.
        """
        if not (recipient.isascii() or self.smtputf8):
            return Reply(Stage.RECIPIENT, 553, "5.6.7 the relay does not take addresses beyond ASCII")
        option = b"" if recipient.isascii() else b" SMTPUTF8"
        refusal = await self._announce(
            [
                (Stage.MAIL, b"MAIL FROM:<" + sender + b">" + option + b"\r\n"),
                (Stage.RECIPIENT, b"RCPT TO:<" + recipient + b">\r\n"),
                (Stage.DATA, b"DATA\r\n"),
            ]
        )
        if refusal:
            self._spoilt = True
            return refusal
        if not may_go():
            self.abort()
            raise NotHandedOver(_NO_LONGER_OURS)
        stuffed = message.replace(b"\r\n.", b"\r\n..")
        self._write((b"." if stuffed.startswith(b".") else b"") + stuffed + b"\r\n.\r\n")
        return await self._answer_to_data()

    async def _announce(self, commands: list[Command]) -> Reply | None:
        """Say for whom a mail is; return the first refusal."""
        if self._conversation.unasked:
            self.abort()
            raise NotHandedOver(_OUT_OF_STEP)
        if self._spoilt:
            commands = [(Stage.MAIL, b"RSET\r\n"), *commands]
            self._spoilt = False
        for together in [commands] if self._pipelining else [[each] for each in commands]:
            if refusal := await self._say(together):
                return refusal
        return None

    async def _say(self, commands: list[Command]) -> Reply | None:
        """Say commands together; return the first refusal, which counts though the connection breaks then."""
        self._write(b"".join(command for _, command in commands))
        answers = await self._conversation.replies(len(commands), self._timeout)
        refusal = self._first_refusal(commands, answers)
        if refusal is None and len(answers) < len(commands):
            raise NotHandedOver(self._conversation.broken or "")
        if refusal and answers[-1][0] == 354:  # taken without a recipient: RFC 2920 §3.1
            self._write(b".\r\n")
            await self._conversation.replies(1, self._timeout)
        return refusal

    def _first_refusal(self, commands: list[Command], answers: list[tuple[int, str]]) -> Reply | None:
        refusal = None
        for (stage, _), (code, text) in zip(commands, answers, strict=False):
            if code // 100 not in _POSSIBLE[stage]:
                self.abort()
                raise NotHandedOver(_OUT_OF_STEP)
            if code >= 400:
                refusal = refusal or Reply(stage, code, text)
                self.closing |= code == 421
        return refusal

    async def _answer_to_data(self) -> Reply:
        found = await self._conversation.replies(1, max(END_OF_DATA_SECONDS, self._timeout))
        if not found:
            raise AnswerLost(self._conversation.broken or "")
        answer = Reply(Stage.DATA, *found[0])
        if answer.code // 100 not in _OF_A_MAIL:
            self.abort()
            raise AnswerLost(_OUT_OF_STEP)
        self.closing = answer.code == 421
        self.delivered += 1
        return answer

    def _write(self, data: bytes) -> None:
        if self._conversation.broken is None:
            self._transport.write(data)

    async def close(self) -> None:
        """Close, with a goodbye unless the relay has said its own (421). What broke takes nothing more."""
        if self.usable:
            self._transport.write(b"QUIT\r\n")
            await self._conversation.replies(1, 5.0)
        if self._conversation.broken:
            self._transport.abort()
        self._transport.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await asyncio.shield(self._conversation.lost)

    def abort(self) -> None:
        """Close at once."""
        self.closing = True
        self._transport.abort()
