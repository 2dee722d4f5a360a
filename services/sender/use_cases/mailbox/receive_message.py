"""Receive a message: note it once, and let it have its effect in the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.mailbox import records, sent
from services.sender.adapters.mailbox.records import Conclusion, Pushed
from services.sender.adapters.mailbox.sent import Sent
from services.sender.domain.mailbox.classify import Examined
from services.sender.domain.mailbox.effects import BOUNCED, About, Effect, effect_of, goes_on_failing
from services.sender.domain.mailbox.verdict import Kind, Verdict
from services.sender.use_cases.mailbox.find_mail import FindMail
from services.sender.use_cases.mailbox.pass_on import PassOn
from services.sender.use_cases.mailbox.requests import announce_order, announce_unsubscribe
from shared.contracts.sender import AddressFailed
from shared.messaging.outbox import Outbox

MOST_ATTACHED = 10 * 2**20
"""Octets of a message that goes along when it is passed on."""


@dataclass(frozen=True)
class Incoming:
    """A message that came. ``whole``: its octets, None where only the beginning was fetched.

    ``kept``: somebody else keeps it, as an IMAP server does.
    """

    key: Pushed
    examined: Examined
    whole: bytes | None
    kept: bool
    at: datetime


@dataclass(frozen=True)
class ReceiveMessage:
    """Whatever way a message comes, this is what becomes of it."""

    outbox: Outbox
    find_mail: FindMail
    pass_on: PassOn

    async def __call__(self, conn: AsyncConnection, incoming: Incoming) -> bool:
        """Do what the message is good for; return False if that was done before."""
        verdict = incoming.examined.verdict
        mail, proof = await self.find_mail(conn, incoming.examined)
        about = About(mail.address, mail.edition_id is not None, proof) if mail else None
        passes_on = self.pass_on.takes(incoming.examined.correspondence.writer, mail)
        effect = effect_of(verdict, about, passes_on=passes_on)
        conclusion = Conclusion(verdict, mail.mail_id if mail else None, proof, effect)
        message_id = await records.claim(conn, incoming.key, conclusion, incoming.at)
        if message_id is None:
            return False
        await self._keep(conn, message_id, incoming, conclusion, mail)
        await self._do(conn, message_id, incoming, conclusion, mail)
        return True

    async def _keep(
        self,
        conn: AsyncConnection,
        message_id: UUID,
        incoming: Incoming,
        conclusion: Conclusion,
        mail: Sent | None,
    ) -> None:
        said, evidence = incoming.examined.correspondence, incoming.examined.verdict.evidence
        needed = not incoming.kept or (conclusion.effect is Effect.PASSED_ON and _fits(incoming))
        content = incoming.whole if needed else None
        persons = {*mail.person_ids, *mail.concerns} if mail else set()
        await records.keep_words(conn, message_id, said, evidence, content, persons)

    async def _do(
        self,
        conn: AsyncConnection,
        message_id: UUID,
        incoming: Incoming,
        conclusion: Conclusion,
        mail: Sent | None,
    ) -> None:
        said, at = incoming.examined.correspondence, incoming.at
        if conclusion.effect is Effect.DRAFTED:
            await announce_order(conn, self.outbox, message_id, said, at)
        if mail is None:
            return
        if conclusion.effect in BOUNCED:
            await sent.bounce(conn, mail.mail_id, _why(conclusion.verdict), at)
        if conclusion.effect is Effect.OPTED_OUT:
            await announce_unsubscribe(conn, self.outbox, mail.address_hash, conclusion.proof, at)
        elif conclusion.effect is Effect.PASSED_ON:
            answers = mail, conclusion.proof
            await self.pass_on(conn, message_id, said, answers, at, attach=_fits(incoming))
        elif await self._is_lost(conn, conclusion.effect, mail, at):
            await self._report(conn, mail, conclusion.verdict, at)

    async def _is_lost(self, conn: AsyncConnection, effect: Effect, mail: Sent, at: datetime) -> bool:
        """Whether the address is to be written to no more."""
        if effect is not Effect.SOFT:
            return effect in {Effect.FAILED, Effect.COMPLAINED}
        await sent.note_soft(conn, mail.mail_id, at)
        return goes_on_failing(await sent.editions_that_came_back(conn, mail.address))

    async def _report(self, conn: AsyncConnection, mail: Sent, verdict: Verdict, at: datetime) -> None:
        """Tell compliance and the CRM (D3): why, but none of the words, which may hold personal data."""
        failed = AddressFailed(
            address_hash=mail.address_hash.hex(),
            person_ids=mail.person_ids,
            at=at,
            reply=_why(verdict),
            reason="complaint" if verdict.kind is Kind.COMPLAINT else "dead_address",
        )
        await self.outbox.add(conn, failed)


def _why(verdict: Verdict) -> str:
    why = " ".join(filter(None, [verdict.kind, verdict.severity, verdict.code]))
    return f"{why}: {verdict.evidence[-1].says}"[:500]


def _fits(incoming: Incoming) -> bool:
    return incoming.whole is not None and len(incoming.whole) <= MOST_ATTACHED
