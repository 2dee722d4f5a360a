"""Settle a held text: the desk decides whether it is sent again."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import structlog

from services.sender.adapters.texts import ledger
from services.sender.adapters.texts.ledger import Change
from services.sender.domain.texts.sending import Reason
from services.sender.domain.texts.states import Input, State, step
from shared.clock import Clock
from shared.persistence.database import Database

log = structlog.get_logger(__name__)

Decision = Literal["resend", "drop"]


class NoSuchText(Exception):
    """There is no such text."""


class NotUncertain(Exception):
    """Nothing about the text is uncertain; ``state`` says where it stands."""

    def __init__(self, state: State) -> None:
        super().__init__(f"the text is {state}")
        self.state = state


@dataclass(frozen=True)
class SettleText:
    """Decides one text. Who did it is logged (F4)."""

    database: Database
    clock: Clock

    async def __call__(self, text_id: UUID, decision: Decision, who: str) -> State:
        """Resend or drop; return the new state. Raises NoSuchText or NotUncertain."""
        async with self.database.begin() as conn:
            standing = await ledger.lock(conn, text_id)
            if standing is None:
                raise NoSuchText
            after = step(standing.state, Input(decision))
            if not isinstance(after, State):
                raise NotUncertain(standing.state)
            reason = Reason.DROPPED if after is State.FAILED else Reason.NONE
            await ledger.change(conn, text_id, after, self.clock.now(), Change(reason=reason))
        log.info("uncertain_text_settled", text_id=str(text_id), decision=decision, by=who)
        return after
