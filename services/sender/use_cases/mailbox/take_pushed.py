"""Take a message that a server pushes: judged and noted like one that is read."""

import asyncio
import io
from dataclasses import dataclass

import structlog

from services.sender.adapters.mailbox.lmtp import Delivery
from services.sender.adapters.mailbox.records import Pushed
from services.sender.domain.mailbox.classify import examine
from services.sender.domain.mailbox.fingerprint import fingerprint
from services.sender.use_cases.mailbox.receive_message import Incoming, ReceiveMessage
from shared.clock import Clock
from shared.persistence.database import Database

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class TakePushed:
    """For the LMTP listener. Nobody else has the message once this has returned, so all of it is kept."""

    database: Database
    clock: Clock
    receive: ReceiveMessage

    async def __call__(self, delivery: Delivery) -> None:
        """Return when it is committed. The same message for the same recipient has its effect once."""
        message = _delivered(delivery)
        examined = await asyncio.to_thread(examine, io.BytesIO(message))
        key = Pushed(fingerprint(message))
        incoming = Incoming(key, examined, message, kept=False, at=self.clock.now())
        async with self.database.begin() as conn:
            new = await self.receive(conn, incoming)
        log.info("message_pushed", kind=str(examined.verdict.kind), new=new)


def _delivered(delivery: Delivery) -> bytes:
    """Return the message with what its last server writes above it (RFC 5321 §4.4)."""
    head = f"Return-Path: <{delivery.sender}>\r\nDelivered-To: {delivery.recipient}\r\n"
    return head.encode("utf-8", "surrogateescape") + delivery.content
