"""Why did, or didn't, this person get this text message?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import overview, texts
from services.scheduler.domain.texts import EXPLANATIONS, Reason, told
from services.scheduler.use_cases.explain import NOT_NAMED, NoSuchThing, Verdict

PLANNED = "Får beställningen som sms."


@dataclass(frozen=True)
class TextExplanation:
    """As ``Explanation``, of an order that waits for no Wednesday. ``frozen_at``: when it was planned."""

    frozen_at: datetime
    answer: Verdict
    sentence: str
    state: str | None = None
    delivery: str = ""
    reported_at: datetime | None = None
    reply: str = ""
    reason: str | None = None
    mail_id: UUID | None = None


async def explain_text(conn: AsyncConnection, order_id: UUID, person_id: str) -> TextExplanation | None:
    """Return the answer for an order by text, None for any other; raise NoSuchThing for an unknown person."""
    if await texts.overview(conn, order_id) is None:
        return None
    known = await overview.person(conn, person_id)
    if known is None:
        raise NoSuchThing("person")
    person_key, erased = known
    found = await texts.of_person(conn, order_id, person_key)
    if found.reason:
        sentence = EXPLANATIONS[Reason(found.reason)]
        return TextExplanation(found.planned_at, "excluded", sentence, reason=found.reason)
    if found.state is None:
        if erased:
            sentence = EXPLANATIONS[Reason.ERASED]
            return TextExplanation(found.planned_at, "excluded", sentence, reason=Reason.ERASED)
        return TextExplanation(found.planned_at, "not_named", NOT_NAMED)
    return TextExplanation(
        found.planned_at,
        "planned",
        PLANNED,
        state=found.state,
        delivery=told(found.state),
        reported_at=found.reported_at,
        reply=found.reply,
        mail_id=found.text_id,
    )
