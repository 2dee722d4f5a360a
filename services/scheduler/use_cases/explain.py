"""Why did, or didn't, this person get this order?"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import orders, overview
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.exclusions import EXPLANATIONS, Reason
from services.scheduler.domain.mail_ids import mail_id

Answer = Literal["waiting", "planned", "excluded", "moved", "not_named"]


class NoSuchThing(LookupError):
    """The order or the person is not known here. Says which."""


@dataclass(frozen=True)
class Explanation:
    """``answer`` and, as far as it goes: the mail and its delivery, or the reason against it.

    waiting: the recipients are not decided yet. planned: it is in a mail, whose delivery ``state`` says.
    excluded: left out, for ``reason``. moved: by contact pressure (D2), from the edition of ``moved_from`` to
    ``edition``, or to the next open one when that is the same. not_named: the order does not name them.
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
    moved_from: date | None = None


async def explain(conn: AsyncConnection, order_id: UUID, person_id: str) -> Explanation:
    """Answer from the edition that decides on this person; raise NoSuchThing.

    That is the order's own, and after it each to which the order was carried over for them.
    """
    found = await orders.editions_of(conn, order_id)
    if not found:
        raise NoSuchThing("order")
    known = await overview.person(conn, person_id)
    if known is None:
        raise NoSuchThing("person")
    moved_from = None
    for edition in found:
        told = await _on(conn, edition, order_id, known[0])
        if told.reason != Reason.CONTACT_PRESSURE:
            return _moved(told, moved_from) if moved_from else told
        moved_from = moved_from or edition.wednesday
    sentence = f"{told.sentence} Den går med nästa öppna onsdag."
    return replace(told, answer="moved", sentence=sentence, moved_from=moved_from)


def _moved(told: Explanation, moved_from: date) -> Explanation:
    """Return the answer of a later edition to somebody for whom an order was moved there."""
    told = replace(told, moved_from=moved_from)
    if told.answer != "waiting":
        return told
    sentence = (
        f"{EXPLANATIONS[Reason.CONTACT_PRESSURE]} Den går i stället {told.edition.wednesday}, "
        f"flyttad från {moved_from}."
    )
    return replace(told, answer="moved", sentence=sentence, reason=Reason.CONTACT_PRESSURE)


async def _on(conn: AsyncConnection, edition: Edition, order_id: UUID, person_key: int) -> Explanation:
    """Answer from one edition that the order is on."""
    placed = await orders.on_edition(conn, edition.edition_no)
    order = next(o for o in placed if o.order_id == order_id)
    refusal = await overview.why_not(conn, edition.edition_no, order.order_no, person_key)
    if refusal is not None:
        sentence = EXPLANATIONS[Reason(refusal[0])]
        return Explanation(edition, "excluded", sentence, reason=refusal[0], after_freeze=refusal[1])
    if order.position is None:
        sentence = (
            "Beställningen är tillbakadragen." if order.withdrawn else "Mottagarna är inte bestämda än."
        )
        return Explanation(edition, "waiting", sentence)
    found = await overview.why(conn, edition.edition_no, order.position, person_key)
    if found is None:
        return Explanation(edition, "not_named", "Beställningen gäller inte personen.")
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
