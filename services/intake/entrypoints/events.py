"""Messages to use cases."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.use_cases.copy_units import copy_units
from services.intake.use_cases.desk import Desk
from services.intake.use_cases.draft_from_mail import draft_from_mail
from services.intake.use_cases.learn_names import learn_names
from services.intake.use_cases.note_answer import note_answer
from services.intake.use_cases.note_audience import note_audience
from services.intake.use_cases.note_edition import note_completion, note_freeze, note_release
from services.intake.use_cases.note_schedule import note_schedule
from services.intake.use_cases.note_stop import note_stop
from services.intake.use_cases.note_texts import note_texts, note_texts_completion
from shared.contracts.scheduler import EditionStopped, OrderScheduled, TextsCompleted, TextsPlanned
from shared.contracts.sender import OrderMailReceived
from shared.messaging.consuming import Handler, Received


def handlers(desk: Desk) -> Mapping[str, Handler]:
    """Return the handler of each use case in the topology."""

    async def schedule(conn: AsyncConnection, received: Received[OrderScheduled]) -> None:
        await note_schedule(conn, desk, received)

    async def stop(conn: AsyncConnection, received: Received[EditionStopped]) -> None:
        await note_stop(conn, desk, received)

    async def texts(conn: AsyncConnection, received: Received[TextsPlanned]) -> None:
        await note_texts(conn, desk, received)

    async def texts_over(conn: AsyncConnection, received: Received[TextsCompleted]) -> None:
        await note_texts_completion(conn, desk, received)

    async def order_mail(conn: AsyncConnection, received: Received[OrderMailReceived]) -> None:
        await draft_from_mail(conn, desk, received)

    return {
        "draft-from-mail": order_mail,
        "copy-units": copy_units,
        "learn-names": learn_names,
        "note-schedule": schedule,
        "note-audience": note_audience,
        "note-freeze": note_freeze,
        "note-release": note_release,
        "note-completion": note_completion,
        "note-stop": stop,
        "note-texts": texts,
        "note-texts-completion": texts_over,
        "note-answer": note_answer,
    }
