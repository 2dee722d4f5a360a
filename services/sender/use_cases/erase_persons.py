"""Erase people: from the ledgers of mails and texts, and what they wrote to us (F2)."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters import forgetting
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
        states = await forgetting.lock(conn, [each.mail_id for each in found])
        if len(states) < len(found) or State.SUBMITTING in states.values():
            raise Transient("a mail to one of them is on its way")
        left = {each.mail_id: others(each.readers or (), persons) for each in found}
        await forgetting.keep_others(conn, {mail_id: kept for mail_id, kept in left.items() if kept}, now)
        gone: list[UUID] = [mail_id for mail_id, kept in left.items() if not kept]
        await forgetting.end(conn, gone, ERASED, now)
        await forgetting.blank(conn, gone)
        await forgetting.forget_writers(conn, [each.address for each in found if not left[each.mail_id]])
        return len(found)

    async def _texts(self, conn: AsyncConnection, persons: set[str]) -> int:
        found = await texts.of_persons(conn, persons)
        if not await texts.end(conn, found, self.clock.now()):
            raise Transient("a text to one of them is on its way")
        await texts.leave_out(conn, persons)
        await texts.blank(conn, found)
        return len(found)
