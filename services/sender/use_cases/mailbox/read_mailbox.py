"""Read the mailbox: what is new is judged and noted, then moved to the folder of its class."""

import asyncio
import io
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import structlog

from services.sender.adapters.mailbox import records
from services.sender.adapters.mailbox.alone import alone
from services.sender.adapters.mailbox.imap import MOST_OCTETS, MailboxAway
from services.sender.adapters.mailbox.records import Key
from services.sender.domain.mailbox.classify import examine
from services.sender.domain.mailbox.effects import Proof, stays
from services.sender.domain.mailbox.fingerprint import fingerprint
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
    since: date | None

    def uids(self, since: date) -> list[int]: ...

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
        """Take what is new, then move what is committed: now, or before somebody was killed."""
        async with self.database.begin() as conn:
            since = inbox.since or await records.start_of(conn, inbox.folder)
        uids = await asyncio.to_thread(inbox.uids, since)
        known = await self._noted(inbox, uids)
        for uid in [each for each in uids if each not in known][:MOST_IN_A_ROUND]:
            await self._take(inbox, uid)
        await self._move(inbox, await self._noted(inbox, uids))

    async def _noted(self, inbox: Inbox, uids: list[int]) -> Mapping[int, tuple[Kind, Proof]]:
        async with self.database.begin() as conn:
            return await records.noted(conn, inbox.folder, inbox.uid_validity, uids)

    async def _take(self, inbox: Inbox, uid: int) -> None:
        """Judge and note one message. One that we stumble over stays for the next time."""
        octets = await asyncio.to_thread(inbox.fetch, uid)
        if octets is None:
            return
        examined = await asyncio.to_thread(examine, io.BytesIO(octets))
        verdict = examined.verdict
        key = Key(fingerprint(octets), inbox.folder, inbox.uid_validity, uid)
        whole = octets if len(octets) < MOST_OCTETS else None
        incoming = Incoming(key, examined, whole, kept=True, at=self.clock.now())
        try:
            async with self.database.begin() as conn:
                new = await self.receive(conn, incoming)
        except Exception as problem:
            if is_outage(problem):
                raise
            log.exception("message_not_received", uid=uid)
            return
        if new:
            severity = verdict.severity and str(verdict.severity)
            log.info("message_received", uid=uid, kind=str(verdict.kind), severity=severity)

    async def _move(self, inbox: Inbox, noted: Mapping[int, tuple[Kind, Proof]]) -> None:
        """Move messages to the folder of their class."""
        by_folder: dict[str, list[int]] = defaultdict(list)
        for uid, (kind, proof) in noted.items():
            if (folder := self.folders.get(kind)) and not stays(kind, proof):
                by_folder[folder].append(uid)
        for folder, uids in by_folder.items():
            if not await asyncio.to_thread(inbox.move, uids, folder):
                log.warning("mailbox_cannot_move", folder=folder, messages=len(uids))
