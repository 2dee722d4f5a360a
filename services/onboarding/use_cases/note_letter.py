"""Note what became of a mail to a newcomer (C2) or to a member contact (C1)."""

import re

from sqlalchemy.ext.asyncio import AsyncConnection

from services.onboarding.adapters import steps
from services.onboarding.domain.steps import Input, State, conclude
from services.onboarding.use_cases.correspondence import MAILS
from shared.contracts.onboarding import StepCompleted
from shared.contracts.sender import MessageConcluded
from shared.messaging.consuming import Received
from shared.messaging.failures import Permanent
from shared.messaging.outbox import Outbox

_ADDRESS = re.compile(r"\S+@\S+")
NOTE_LENGTH = 500


async def note_letter(conn: AsyncConnection, outbox: Outbox, received: Received[MessageConcluded]) -> None:
    """Note it if the mail was one of ours, and tell once that its step is done.

    A mail that comes back days after it was accepted has not reached anybody: its step has failed, and is
    counted and shown as late once its limit has passed (C1, C2).
    """
    said = received.data
    if said.purpose not in MAILS.values():
        return
    row = await steps.by_key(conn, said.key)
    if row is None:
        raise Permanent(f"onboarding sent no mail {said.key}")
    following = conclude(row.state, row.concluded_at, Input(said.state), said.at)
    if not isinstance(following, State):
        return
    concluded_at = said.at if following in {State.DONE, State.FAILED} else None
    await steps.change(conn, row, following, note=_note(said), concluded_at=concluded_at)
    if following is State.DONE:
        done = StepCompleted(
            timeline_id=row.timeline_id, interest_id=row.interest_id, step=row.step, at=said.at
        )
        await outbox.add(conn, done, correlation_id=received.correlation_id, causation_id=received.message_id)


def _note(said: MessageConcluded) -> str:
    """Return the reply without the address that servers like to repeat: it would outlive the person (C9)."""
    reply = _ADDRESS.sub("(address)", said.reply).strip()[:NOTE_LENGTH]
    if said.state == "suppressed":
        return reply or "the address must not be written to"
    return reply or ("the mail was refused" if said.state == "failed" else "")
