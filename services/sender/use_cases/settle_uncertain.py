"""Settle a held mail: the desk decides whether it is sent again."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from services.sender.adapters import decisions, flow
from services.sender.domain.states import Input, State
from shared.clock import Clock
from shared.persistence.database import Database

log = structlog.get_logger(__name__)


class NoSuchMail(Exception):
    """There is no such mail in the ledger."""


class NotUncertain(Exception):
    """Nothing about the mail is uncertain; ``state`` says where it stands."""

    def __init__(self, state: State) -> None:
        super().__init__(f"the mail is {state}")
        self.state = state


class EditionIsStopped(Exception):
    """The mail's edition was stopped: nothing of it is sent again."""


@dataclass(frozen=True)
class SettleUncertain:
    """Decides one mail. Who did it is logged (F4)."""

    database: Database
    clock: Clock

    async def __call__(self, mail_id: UUID, given: Input, who: str) -> State:
        """Resend or drop; return the new state. Raises NoSuchMail, NotUncertain or EditionIsStopped."""
        why = "sent again by the desk" if given is Input.RESEND else "given up by the desk"
        async with self.database.begin() as conn:
            if given is Input.RESEND and await flow.is_stopped(conn, mail_id):
                raise EditionIsStopped
            state = await decisions.decide(conn, mail_id, given, why, self.clock.now())
            if state is None:
                found = await decisions.state_of(conn, mail_id)
                raise NotUncertain(found) if found else NoSuchMail
        log.info("uncertain_mail_settled", mail_id=str(mail_id), decision=str(given), by=who)
        return state
