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

_NEVER_SENT = "the connection broke before the mail was handed over"
_NO_LONGER_OURS = "the lease ran out before the mail was handed over"


class RouteProblem(Exception):
    """The relay cannot be used now: it is away, refuses us, or breaks off."""


class NotHandedOver(RouteProblem):
    """The connection broke before the end of the data: the relay cannot have the mail.

    ``reply``: the relay's 421, if it said so.
    """

    def __init__(self, problem: str, reply: Reply | None = None) -> None:
        super().__init__(problem)
        self.reply = reply


class AnswerLost(RouteProblem):
    """The connection broke after the end of the data: the relay may have the mail."""


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
        self._smtputf8 = smtputf8
        self._reset = b""
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
        return not self.closing and self._conversation.broken is None

    async def send(
        self, sender: bytes, recipient: bytes, message: bytes, may_go: Callable[[], bool] = lambda: True
    ) -> Reply:
        """Hand one mail over; return the relay's answer to it. ``may_go`` is asked just before the data.

        Raises NotHandedOver or AnswerLost when there is none; then the connection is of no more use.
        """
        if not (recipient.isascii() or self._smtputf8):
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
            self._reset = b"RSET\r\n"
            return self._noticed(refusal)
        if not may_go():
            self.abort()
            raise NotHandedOver(_NO_LONGER_OURS)
        stuffed = message.replace(b"\r\n.", b"\r\n..")
        self._write((b"." if stuffed.startswith(b".") else b"") + stuffed + b"\r\n.\r\n")
        answer = await self._answers(1, max(END_OF_DATA_SECONDS, self._timeout))
        if not answer:
            raise AnswerLost(self._conversation.broken or "")
        self.delivered += 1
        return self._noticed(Reply(Stage.DATA, *answer[0]))

    async def _announce(self, commands: list[tuple[Stage, bytes]]) -> Reply | None:
        """Say for whom a mail is; return the first refusal."""
        if self._reset:
            self._write(self._reset)
            self._reset = b""
            await self._must(Stage.MAIL)
        if not self._pipelining:
            for stage, command in commands:
                self._write(command)
                code, text = (await self._must(stage))[0]
                if not 200 <= code < 400:
                    return Reply(stage, code, text)
            return None
        self._write(b"".join(command for _, command in commands))
        answers = await self._must(*(stage for stage, _ in commands))
        for (stage, _), (code, text) in zip(commands, answers, strict=True):
            if not 200 <= code < 400:
                if answers[-1][0] == 354:  # taken without a recipient: RFC 2920 §3.1
                    self._write(b".\r\n")
                    await self._must(Stage.DATA)
                return Reply(stage, code, text)
        return None

    async def _must(self, *stages: Stage) -> list[tuple[int, str]]:
        answers = await self._answers(len(stages), self._timeout)
        for stage, (code, text) in zip(stages, answers, strict=False):
            if code == 421:
                self.closing = True
                raise NotHandedOver(f"{code} {text}", Reply(stage, code, text))
        if len(answers) < len(stages):
            raise NotHandedOver(self._conversation.broken or _NEVER_SENT)
        return answers

    async def _answers(self, count: int, timeout: float) -> list[tuple[int, str]]:
        return await self._conversation.replies(count, timeout)

    def _write(self, data: bytes) -> None:
        if self._conversation.broken is None:
            self._transport.write(data)

    def _noticed(self, reply: Reply) -> Reply:
        if reply.code == 421:
            self.closing = True
        return reply

    async def close(self) -> None:
        """Close, with a goodbye unless the relay has said its own (421)."""
        if self._conversation.broken is None and not self.closing:
            self._transport.write(b"QUIT\r\n")
            await self._conversation.replies(1, 5.0)
        self._transport.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await asyncio.shield(self._conversation.lost)

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()
