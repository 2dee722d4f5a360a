"""Messages to use cases."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from services.compliance.use_cases.note_crm_opt_outs import note_crm_opt_outs
from services.compliance.use_cases.note_failed_address import note_failed_address
from services.compliance.use_cases.note_refused_texts import note_refused_texts
from services.compliance.use_cases.note_unsubscribe import note_unsubscribe
from services.compliance.use_cases.register import Register
from shared.contracts.crm import PersonChanged
from shared.contracts.sender import AddressFailed, UnsubscribeReceived
from shared.contracts.texts import TextRefused
from shared.messaging.consuming import Handler, Received


def handlers(register: Register) -> Mapping[str, Handler]:
    """Return the handler of each use case in the topology."""

    async def crm_opt_outs(conn: AsyncConnection, received: Received[PersonChanged]) -> None:
        await note_crm_opt_outs(conn, register, received)

    async def failed_address(conn: AsyncConnection, received: Received[AddressFailed]) -> None:
        await note_failed_address(conn, register, received)

    async def refused_texts(conn: AsyncConnection, received: Received[TextRefused]) -> None:
        await note_refused_texts(conn, register, received)

    async def unsubscribe(conn: AsyncConnection, received: Received[UnsubscribeReceived]) -> None:
        await note_unsubscribe(conn, register, received)

    return {
        "note-crm-opt-outs": crm_opt_outs,
        "note-failed-address": failed_address,
        "note-refused-texts": refused_texts,
        "note-unsubscribe": unsubscribe,
    }
