"""The sink's SMTP side, on aiosmtpd."""

import asyncio
import logging
import re
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.sink.rules import Rules
from deploy.local.sink.store import Store

PLAIN_PATH = re.compile(r"""<([^\s<>"\\@,:\[\]]+@[^\s<>"\\@,:\[\]]+)>(| .*)""")
LARGEST = 50 * 1024 * 1024  # bytes of one message


class Keeper:
    """Decides about recipients, and keeps a message before it is acknowledged."""

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder)
        self._rules = Rules(folder)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusal = self._rules.reply(address, "rcpt")
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        for address in envelope.rcpt_tos:
            refusal = self._rules.reply(address, "data")
            if refusal is not None:
                return refusal
        content = envelope.content
        assert isinstance(content, bytes)
        try:
            self._store.keep(envelope.mail_from or "", envelope.rcpt_tos, content)
        except OSError as error:
            return f"452 4.3.1 {error.strerror or 'Not enough room'}"
        return "250 2.0.0 OK"


class SinkSMTP(SMTP):
    """aiosmtpd, twice as fast: a message is read in one piece, a plain address without a header parser."""

    line_length_limit = LARGEST

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        plain = PLAIN_PATH.fullmatch(arg)
        return (plain[1], plain[2].strip()) if plain else super()._getaddr(arg)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        assert self.envelope is not None
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            content = await read_message(self._reader)
        except asyncio.LimitOverrunError:
            await self.push("552 5.3.4 Error: too much mail data")
            self._writer.close()
            return
        self.envelope.content = self.envelope.original_content = content
        status = await self.event_handler.handle_DATA(self, self.session, self.envelope)
        self._set_post_data_state()  # type: ignore[no-untyped-call]  # aiosmtpd's, without annotations
        await self.push(status)


async def read_message(reader: asyncio.StreamReader) -> bytes:
    """Read up to the lone dot and take away stuffed dots (RFC 5321 4.5.2)."""
    blank = b""
    while (first := await reader.readexactly(1)) in b"\r.":
        second = await reader.readexactly(1)
        if first == b".":
            if second == b"\r":  # the lone dot is the first line that is not blank
                await reader.readexactly(1)
                return blank
            first = second
            break
        blank += first + second
    rest = await reader.readuntil(b"\r\n.\r\n")
    return blank + first + rest[:-3].replace(b"\r\n..", b"\r\n.")


async def serve(folder: Path, host: str, port: int) -> asyncio.Server:
    """Listen, and return the server; it serves as long as the event loop runs."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: SinkSMTP(
            keeper, loop=loop, hostname="sink.example.org", enable_SMTPUTF8=True, data_size_limit=LARGEST
        ),
        host,
        port,
        backlog=512,
    )
