"""Read the mailbox: what is new is judged and noted, then moved to the folder of its class."""

import asyncio
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from services.sender.adapters.mailbox import records
from services.sender.adapters.mailbox.alone import alone
from services.sender.adapters.mailbox.imap import MOST_OCTETS, MailboxAway
from services.sender.adapters.mailbox.records import Key
from services.sender.domain.mailbox.classify import examine
from services.sender.domain.mailbox.verdict import Kind
from services.sender.use_cases.mailbox.receive_message import Incoming, ReceiveMessage
from shared.clock import Clock
from shared.persistence.database import Database
from shared.persistence.outages import is_outage

log = structlog.get_logger(__name__)

MOST_IN_A_ROUND = 500


class Inbox(Protocol):
    """A folder on a server. Each method blocks, and raises MailboxAway."""

    folder: str
    uid_validity: int

    def uids(self) -> list[int]: ...

    def fetch(self, uid: int) -> bytes | None: ...

    def move(self, uids: list[int], folder: str) -> bool: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class ReadMailbox:
    """A job. ``folders``: where a class goes; one that is not named stays where people see it.

    One process does it at a time; whichever it is, a message has its effect once.
    """

    database: Database
    clock: Clock
    open: Callable[[], Inbox]
    receive: ReceiveMessage
    folders: Mapping[Kind, str]

    async def __call__(self) -> None:
        """Read all that is new, up to 500 messages. A mailbox that is away is read the next time."""
        async with alone(self.database) as held:
            if held:
                try:
                    await self._look()
                except MailboxAway as problem:
                    log.warning("mailbox_away", problem=str(problem))

    async def _look(self) -> None:
        inbox = await asyncio.to_thread(self.open)
        try:
            await self._read(inbox)
        finally:
            await asyncio.to_thread(inbox.close)

    async def _read(self, inbox: Inbox) -> None:
        uids = await asyncio.to_thread(inbox.uids)
        async with self.database.begin() as conn:
            known = await records.kinds_of(conn, inbox.folder, inbox.uid_validity, uids)
        await self._move(inbox, known.items())
        for uid in [each for each in uids if each not in known][:MOST_IN_A_ROUND]:
            kind = await self._take(inbox, uid)
            if kind:
                await self._move(inbox, [(uid, kind)])

    async def _take(self, inbox: Inbox, uid: int) -> Kind | None:
        """Judge and note one message; return its class. One that we stumble over stays for the next time."""
        octets = await asyncio.to_thread(inbox.fetch, uid)
        if octets is None:
            return None
        examined = await asyncio.to_thread(examine, io.BytesIO(octets))
        verdict = examined.verdict
        key = Key(inbox.folder, inbox.uid_validity, uid)
        whole = octets if len(octets) < MOST_OCTETS else None
        incoming = Incoming(key, examined, whole, kept=True, at=self.clock.now())
        try:
            async with self.database.begin() as conn:
                new = await self.receive(conn, incoming)
        except Exception as problem:
            if is_outage(problem):
                raise
            log.exception("message_not_received", uid=uid)
            return None
        if new:
            severity = verdict.severity and str(verdict.severity)
            log.info("message_received", uid=uid, kind=str(verdict.kind), severity=severity)
        return verdict.kind

    async def _move(self, inbox: Inbox, kinds: Iterable[tuple[int, Kind]]) -> None:
        """Move what is committed to the folder of its class."""
        by_folder: dict[str, list[int]] = defaultdict(list)
        for uid, kind in kinds:
            if folder := self.folders.get(kind):
                by_folder[folder].append(uid)
        for folder, uids in by_folder.items():
            if not await asyncio.to_thread(inbox.move, uids, folder):
                log.warning("mailbox_cannot_move", folder=folder, messages=len(uids))
