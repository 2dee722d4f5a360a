"""Why did, or didn't, this person get this order? Answered from the order to the last word on the mail."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import foresight, orders, overview
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.orders import PlacedOrder
from services.scheduler.domain.deliveries import DeliveryState, told
from services.scheduler.domain.editions import EditionState
from services.scheduler.domain.exclusions import EXPLANATIONS, Reason
from services.scheduler.domain.mail_ids import mail_id
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.use_cases.foresee import Foresee
from services.scheduler.use_cases.freeze_edition import line_up
from shared.clock import Clock

Verdict = Literal["planned", "excluded", "moved", "not_named"]
Answer = Literal["waiting"] | Verdict

WITHDRAWN = "Beställningen är tillbakadragen."
NOT_NAMED = "Beställningen gäller inte personen."
WAITING = "Mottagarna är inte bestämda än. Som det ser ut nu: "


class NoSuchThing(LookupError):
    """The order or the person is not known here. Says which."""


@dataclass(frozen=True)
class Explanation:
    """``answer`` and, as far as it goes: the mail and its delivery, or the reason against it.

    waiting: the recipients are not decided yet; ``expected`` is what they would be as of that day.
    planned: it is in a mail, whose delivery ``state`` says. excluded: left out, for ``reason``, or in a mail
    that was stopped.
    moved: by contact pressure (D2), from the edition of ``moved_from`` to ``edition``, or to the next open
    one when that is the same. not_named: the order does not name them. ``edition`` is None for an order that
    was withdrawn before it had one.
    """

    edition: Edition | None
    answer: Answer
    sentence: str
    expected: Verdict | None = None
    mail_id: UUID | None = None
    roles: tuple[str, ...] = ()
    state: str | None = None
    delivery: str = ""
    handed_at: datetime | None = None
    recorded_at: datetime | None = None
    reported_at: datetime | None = None
    reply: str = ""
    reason: str | None = None
    after_freeze: bool = False
    moved_from: date | None = None


@dataclass(frozen=True)
class Explain:
    """Answers from the edition that decides on a person: as it was frozen, or what its freeze would do.

    That is the order's own, and after it each to which the order was carried over for them.
    """

    clock: Clock
    plan: WeekPlan
    foresee: Foresee

    async def __call__(self, conn: AsyncConnection, order_id: UUID, person_id: str) -> Explanation:
        """Raise NoSuchThing."""
        found = await orders.editions_of(conn, order_id)
        if not found and not await orders.is_withdrawn(conn, order_id):
            raise NoSuchThing("order")
        known = await overview.person(conn, person_id)
        if known is None:
            raise NoSuchThing("person")
        if not found:
            return Explanation(None, "excluded", WITHDRAWN, reason=Reason.WITHDRAWN)
        moved_from = None
        for edition in found:
            answer = await self._on(conn, edition, order_id, known[0])
            if known[1]:
                answer = _of_erased(answer)
            if answer.answer == "waiting" or answer.reason != Reason.CONTACT_PRESSURE:
                return _moved(answer, edition.wednesday, moved_from) if moved_from else answer
            moved_from = moved_from or edition.wednesday
        sentence = f"{answer.sentence} Den går med nästa öppna onsdag."
        return replace(answer, answer="moved", sentence=sentence, moved_from=moved_from)

    async def _on(
        self, conn: AsyncConnection, edition: Edition, order_id: UUID, person_key: int
    ) -> Explanation:
        """Answer from one edition that the order is on."""
        placed = await orders.on_edition(conn, edition.edition_no)
        order = next(o for o in placed if o.order_id == order_id)
        if edition.state is not EditionState.PARKED:  # which is decided anew, if it goes at all
            refusal = await overview.why_not(conn, edition.edition_no, order.order_no, person_key)
            if refusal is not None:
                sentence = EXPLANATIONS[Reason(refusal[0])]
                return Explanation(edition, "excluded", sentence, reason=refusal[0], after_freeze=refusal[1])
            if order.position is not None:
                return await _decided(conn, edition, order.position, person_key)
        if order.withdrawn:
            return Explanation(edition, "excluded", WITHDRAWN, reason=Reason.WITHDRAWN)
        if edition.state is EditionState.STOPPED:
            return Explanation(edition, "excluded", EXPLANATIONS[Reason.STOPPED], reason=Reason.STOPPED)
        return await self._expected(conn, edition, order, person_key)

    async def _expected(
        self, conn: AsyncConnection, edition: Edition, order: PlacedOrder, person_key: int
    ) -> Explanation:
        placed, day = await line_up(conn, edition, self.plan, self.clock.now())
        lineup = self.foresee.lineup(placed, day)
        position = 1 + [other.order_no for other in placed].index(order.order_no)
        roles = (await foresight.sections_of(conn, lineup, person_key)).get(position, ())
        reason = await foresight.why_not(conn, lineup, order.order_no, person_key)
        expected, sentence = _verdict(roles, reason)
        return Explanation(
            edition, "waiting", WAITING + sentence, expected=expected, roles=roles, reason=reason
        )


def _of_erased(answer: Explanation) -> Explanation:
    """Nobody can tell what an erased person held: that they are not named says only that they are erased."""
    sentence = EXPLANATIONS[Reason.ERASED]
    if answer.answer == "not_named":
        return replace(answer, answer="excluded", sentence=sentence, reason=Reason.ERASED)
    if answer.expected == "not_named":
        sentence = f"{WAITING}{sentence}"
        return replace(answer, expected="excluded", sentence=sentence, reason=Reason.ERASED)
    return answer


def _moved(answer: Explanation, wednesday: date, moved_from: date) -> Explanation:
    """Return the answer of a later edition to somebody for whom an order was moved there."""
    answer = replace(answer, moved_from=moved_from)
    if answer.answer != "waiting":
        return answer
    sentence = (
        f"{EXPLANATIONS[Reason.CONTACT_PRESSURE]} Den går i stället {wednesday}, "
        f"flyttad från {moved_from}. {answer.sentence}"
    )
    return replace(answer, answer="moved", sentence=sentence, reason=Reason.CONTACT_PRESSURE)


def _verdict(roles: tuple[str, ...], reason: str | None) -> tuple[Verdict, str]:
    if roles:
        return "planned", f"Får beställningen som {'; '.join(roles)}."
    if reason:
        verdict: Verdict = "moved" if reason == Reason.CONTACT_PRESSURE else "excluded"
        return verdict, EXPLANATIONS[Reason(reason)]
    return "not_named", NOT_NAMED


async def _decided(conn: AsyncConnection, edition: Edition, position: int, person_key: int) -> Explanation:
    found = await overview.why(conn, edition.edition_no, position, person_key)
    if found is None:
        return Explanation(edition, "not_named", NOT_NAMED)
    handed_at, recorded_at = await overview.handed(conn, edition.edition_no, found.mailbox_key)
    is_stopped = edition.state is EditionState.STOPPED and found.state == DeliveryState.SUPPRESSED
    return Explanation(
        edition,
        "excluded" if is_stopped else "planned",
        EXPLANATIONS[Reason.STOPPED] if is_stopped else _verdict(found.roles, None)[1],
        reason=Reason.STOPPED if is_stopped else None,
        mail_id=mail_id(edition.edition_id, found.mailbox_key),
        roles=found.roles,
        state=found.state,
        delivery=told(DeliveryState(found.state), handed=handed_at is not None),
        handed_at=handed_at,
        recorded_at=recorded_at,
        reported_at=found.reported_at,
        reply=found.reply,
    )
