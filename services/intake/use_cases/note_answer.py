"""Note what became of an answer to an orderer (A4)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import answers
from services.intake.use_cases.answering import PURPOSE
from shared.contracts.sender import MessageConcluded
from shared.messaging.consuming import Received
from shared.messaging.failures import Permanent


async def note_answer(conn: AsyncConnection, received: Received[MessageConcluded]) -> None:
    """Note it if the mail was one of ours; mails of other purposes are other services'."""
    said = received.data
    if said.purpose != PURPOSE:
        return
    if not await answers.conclude(conn, said.key, said.state, said.at, said.reply):
        raise Permanent(f"intake sent no answer {said.key}")
