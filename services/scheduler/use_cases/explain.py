"""Why did, or didn't, this person get this order?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import orders, overview
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.exclusions import EXPLANATIONS, Reason
from services.scheduler.domain.mail_ids import mail_id

Answer = Literal["waiting", "planned", "excluded", "not_named"]


class NoSuchThing(LookupError):
    """The order or the person is not known here. Says which."""


@dataclass(frozen=True)
class Explanation:
    """``answer`` and, as far as it goes: the mail and its delivery, or the reason against it.

    waiting: the recipients are not decided yet. planned: it is in a mail, whose delivery ``state`` says.
    excluded: left out, for ``reason``. not_named: no assignment of the person's is one that the order names.
    """

    edition: Edition
    answer: Answer
    sentence: str
    mail_id: UUID | None = None
    roles: tuple[str, ...] = ()
    state: str | None = None
    reported_at: datetime | None = None
    reply: str = ""
    reason: str | None = None
    after_freeze: bool = False


async def explain(conn: AsyncConnection, order_id: UUID, person_id: str) -> Explanation:
    """Answer from the frozen edition; raise NoSuchThing."""
    edition = await orders.edition_of(conn, order_id)
    if edition is None:
        raise NoSuchThing("order")
    known = await overview.person(conn, person_id)
    if known is None:
        raise NoSuchThing("person")
    placed = await orders.on_edition(conn, edition.edition_no)
    order = next(o for o in placed if o.order_id == order_id)
    refusal = await overview.why_not(conn, edition.edition_no, order.order_no, known[0])
    if refusal is not None:
        sentence = EXPLANATIONS[Reason(refusal[0])]
        return Explanation(edition, "excluded", sentence, reason=refusal[0], after_freeze=refusal[1])
    if order.position is None:
        sentence = (
            "Beställningen är tillbakadragen." if order.withdrawn else "Mottagarna är inte bestämda än."
        )
        return Explanation(edition, "waiting", sentence)
    found = await overview.why(conn, edition.edition_no, order.position, known[0])
    if found is None:
        return Explanation(edition, "not_named", "Personen har inget uppdrag som beställningen gäller.")
    return Explanation(
        edition,
        "planned",
        f"Får beställningen som {'; '.join(found.roles)}.",
        mail_id=mail_id(edition.edition_id, found.mailbox_key),
        roles=found.roles,
        state=found.state,
        reported_at=found.reported_at,
        reply=found.reply,
    )
