"""Erase people: from the ledgers of mails and texts, and what they wrote to us (F2)."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters import forgetting
from services.sender.adapters.mailbox import forgetting as mailbox
from services.sender.adapters.texts import forgetting as texts
from services.sender.domain.forgetting import ERASED, others
from services.sender.domain.states import State
from shared.clock import Clock
from shared.contracts.crm import PersonErased
from shared.messaging.consuming import Received
from shared.messaging.failures import Transient

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ErasePersons:
    """Handles ``crm.person.erased.v1``. Raises Transient while something to one of them is on its way."""

    clock: Clock

    async def __call__(self, conn: AsyncConnection, received: Received[PersonErased]) -> None:
        """Nothing more goes to them, and nothing that went says whom it was for."""
        persons = {each.person_id for each in received.data.persons}
        mails = await self._mails(conn, persons)
        sent = await self._texts(conn, persons)
        log.info("persons_erased", persons=len(persons), mails=mails, texts=sent)

    async def _mails(self, conn: AsyncConnection, persons: set[str]) -> int:
        now = self.clock.now()
        found = await forgetting.of_persons(conn, persons)
        left = {each.mail_id: others(each.readers or (), persons) for each in found}
        theirs = {each.mail_id: each.address for each in found if not left[each.mail_id]}
        own = await forgetting.their_own(conn, set(theirs.values()), theirs)
        messages = await mailbox.about(conn, persons, own)
        answers = await forgetting.naming_nobody(conn, own)
        gone = {*theirs, *answers, *await mailbox.copies_of(conn, messages)}
        await self._lock(conn, {*left, *gone})
        await forgetting.keep_others(conn, {mail_id: kept for mail_id, kept in left.items() if kept}, now)
        await forgetting.end(conn, gone, ERASED, now)
        await forgetting.blank(conn, gone)
        await mailbox.forget(conn, messages, persons)
        return len({*left, *gone})

    async def _lock(self, conn: AsyncConnection, mails: set[UUID]) -> None:
        """Hold mails as they stand. Raises Transient if one is on its way."""
        states = await forgetting.lock(conn, mails)
        if len(states) < len(mails) or State.SUBMITTING in states.values():
            raise Transient("a mail to one of them is on its way")

    async def _texts(self, conn: AsyncConnection, persons: set[str]) -> int:
        found = await texts.of_persons(conn, persons)
        if not await texts.end(conn, found, self.clock.now()):
            raise Transient("a text to one of them is on its way")
        await texts.leave_out(conn, persons)
        await texts.blank(conn, found)
        return len(found)
