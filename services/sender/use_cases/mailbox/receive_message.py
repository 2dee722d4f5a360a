"""Receive a message: note it once, and let it have its effect in the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.mailbox import records
from services.sender.adapters.mailbox.records import Key, Sent
from services.sender.domain.mailbox.effects import About, Effect, effect_of, goes_on_failing
from services.sender.domain.mailbox.return_path import ReturnPaths
from services.sender.domain.mailbox.verdict import Verdict
from shared.contracts.sender import AddressFailed
from shared.messaging.outbox import Outbox


@dataclass(frozen=True)
class ReceiveMessage:
    """``domain``: that of our Message-IDs."""

    outbox: Outbox
    paths: ReturnPaths
    domain: str

    async def __call__(self, conn: AsyncConnection, key: Key, verdict: Verdict, at: datetime) -> bool:
        """Do what the message is good for; return False if that was done before."""
        proved = await self._proved(conn, verdict)
        sent = proved or await self._claimed(conn, verdict)
        effect = effect_of(verdict, About(proved.address, proved.edition_id is not None) if proved else None)
        row = {
            "kind": verdict.kind,
            "severity": verdict.severity,
            "code": verdict.code,
            "says": verdict.evidence[-1].says[:200],
            "mail_id": sent.mail_id if sent else None,
            "proved": "path" if proved else "claimed" if sent else "nothing",
            "effect": effect,
            "read_at": at,
        }
        if not await records.claim(conn, key, row):
            return False
        if proved and await self._is_dead(conn, effect, proved, at):
            await self._report(conn, proved, verdict, at)
        return True

    async def _proved(self, conn: AsyncConnection, verdict: Verdict) -> Sent | None:
        """Return the mail whose return path the message carries."""
        for address in verdict.references.return_paths:
            if (mail_id := self.paths.read(address)) and (sent := await records.find_sent(conn, mail_id)):
                return sent
        return None

    async def _claimed(self, conn: AsyncConnection, verdict: Verdict) -> Sent | None:
        """Return the mail that the message says it is about: for people, it has no effect."""
        for message_id in verdict.references.message_ids:
            written, _, domain = message_id.rpartition("@")
            if domain.lower() != self.domain:
                continue
            try:
                mail_id = UUID(written)
            except ValueError:
                continue
            if sent := await records.find_sent(conn, mail_id):
                return sent
        return None

    async def _is_dead(self, conn: AsyncConnection, effect: Effect, sent: Sent, at: datetime) -> bool:
        if effect is not Effect.SOFT:
            return effect is Effect.FAILED
        await records.note_soft(conn, sent.mail_id, at)
        return goes_on_failing(await records.editions_that_came_back(conn, sent.address))

    async def _report(self, conn: AsyncConnection, sent: Sent, verdict: Verdict, at: datetime) -> None:
        """Tell compliance and the CRM (D3): why, but none of the words, which may hold personal data."""
        why = " ".join(filter(None, [verdict.kind, verdict.severity, verdict.code]))
        failed = AddressFailed(
            address_hash=sent.address_hash.hex(),
            person_ids=sent.person_ids,
            at=at,
            reply=f"{why}: {verdict.evidence[-1].says}",
        )
        await self.outbox.add(conn, failed)
