"""A mail server that pushes: LMTP as the standard library speaks it."""

import asyncio
import smtplib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.local.mail import PrivateSink
from deploy.local.ports import LOOPBACK, free_ports
from tests.component.sender.post_office import PostOffice, open_post_office
from tests.support.waiting import until

SHARED = "info@onsdag.example.org"
DESK = "arenden@onsdag.example.org"
Reply = tuple[int, bytes]


class Pusher:
    """Pushes messages to one port; says what was answered."""

    def __init__(self, port: int) -> None:
        self.port = port

    def open(self) -> smtplib.LMTP:
        client = smtplib.LMTP(LOOPBACK, self.port, timeout=30)
        client.ehlo()
        return client

    async def listening(self) -> bool:
        return await asyncio.to_thread(self._greets)

    def _greets(self) -> bool:
        try:
            with self.open() as client:
                return client.ehlo_resp is not None
        except (OSError, smtplib.SMTPException):
            return False

    def announce(self, octets: int) -> int:
        """Say that a message of a size comes; return the code of the answer."""
        with self.open() as client:
            return client.mail("a@example.org", [f"SIZE={octets}"])[0]

    def push(self, message: bytes, *recipients: str, sender: str = "") -> Sequence[Reply]:
        """Return an answer for each recipient that was accepted, else those to RCPT."""
        with self.open() as client:
            client.mail(sender)
            said = [client.rcpt(recipient) for recipient in recipients or (SHARED,)]
            taken = [answer for answer in said if answer[0] == 250]
            if not taken:
                return said
            client.putcmd("data")
            assert client.getreply()[0] == 354
            dotted = message.replace(b"\r\n", b"\n").replace(b"\n.", b"\n..").replace(b"\n", b"\r\n")
            client.send(dotted + b"\r\n.\r\n")
            return [client.getreply() for _ in taken]


Pushed = tuple[PostOffice, Pusher]


@asynccontextmanager
async def open_pushed_office(
    database_url: str, amqp_url: str, sink: PrivateSink, folder: Path
) -> AsyncIterator[Pushed]:
    """Run a sender that takes pushed messages up to 1 MB and passes answers on."""
    [port] = free_ports(1)
    given = {"lmtp_listen": f"{LOOPBACK}:{port}", "lmtp_megabytes": 1, "desk_address": DESK}
    async with open_post_office(database_url, amqp_url, sink, folder, **given) as office:
        pusher = Pusher(port)
        await until(pusher.listening)
        yield office, pusher
