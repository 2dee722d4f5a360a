"""Plan the texts of an urgent order: at once, for texts wait for no Wednesday (D7)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid5
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import texts
from services.scheduler.adapters.texts import Named, PlannedText
from services.scheduler.domain.texts import Number, Reached, Reason, left_out, scopes_against, shared_numbers
from shared.contracts.intake import OrderAccepted
from shared.contracts.scheduler import TextsCompleted, TextsPlanned
from shared.contracts.texts import TEXTS_BATCH, DeliverTexts
from shared.contracts.texts import PlannedText as ToSend
from shared.messaging.consuming import Received
from shared.messaging.outbox import Outbox
from shared.phones import phone_hash, read_phone
from shared.texting import tidy


@dataclass(frozen=True)
class PlanTexts:
    """Decides who gets the texts of an order and hands them to the sender, in one transaction."""

    outbox: Outbox
    secret: bytes
    country: str
    zone: ZoneInfo

    async def __call__(self, conn: AsyncConnection, order_no: int, received: Received[OrderAccepted]) -> None:
        order = received.data
        named = await texts.named_by(conn, order_no, received.now.astimezone(self.zone).date())
        people = [self._read(each) for each in named]
        excluded = await self._excluded(conn, people, order)
        groups = shared_numbers(person for person in people if person.person_key not in excluded)
        planned = [
            PlannedText(uuid5(order.order_id, group.number.e164), group)
            for group in sorted(groups, key=lambda group: group.number.e164)
        ]
        await texts.keep_plan(conn, order_no, planned, excluded, received.now)
        await self._hand_over(conn, received, planned)
        await self._tell(conn, received, planned, excluded)
        if not planned:
            await texts.complete(conn, order_no, received.now)

    def _read(self, named: Named) -> Reached:
        number = None
        if named.written:
            phone = read_phone(named.written, self.country)
            number = (
                Number(phone.e164, phone_hash(self.secret, phone.e164), phone.mobile) if phone else Number()
            )
        return Reached(
            person_key=named.person_key,
            person_id=named.person_id,
            language=named.language,
            erased=named.erased,
            valid=named.valid,
            spared=named.spared,
            number=number,
        )

    @staticmethod
    async def _excluded(
        conn: AsyncConnection, people: Sequence[Reached], order: OrderAccepted
    ) -> dict[int, Reason]:
        hashes = [person.number.hashed for person in people if person.number and person.number.hashed]
        scopes = await texts.suppressed_scopes(conn, hashes)
        against = scopes_against(order.order_class, order.unit_id)
        found = {}
        for person in people:
            hashed = person.number.hashed if person.number else None
            reason = left_out(person, against, scopes.get(hashed or b"", ()))
            if reason is not None:
                found[person.person_key] = reason
        return found

    async def _hand_over(
        self, conn: AsyncConnection, received: Received[OrderAccepted], planned: Sequence[PlannedText]
    ) -> None:
        order = received.data
        words = {language: tidy(part.markdown) for language, part in order.texts.items()}
        for batch, start in enumerate(range(0, len(planned), TEXTS_BATCH), start=1):
            command = DeliverTexts(
                order_id=order.order_id,
                unit_id=order.unit_id,
                order_class=order.order_class,
                words=words,
                batch=batch,
                texts=tuple(_to_send(each) for each in planned[start : start + TEXTS_BATCH]),
            )
            await self.outbox.add(conn, command, correlation_id=received.correlation_id)

    async def _tell(
        self,
        conn: AsyncConnection,
        received: Received[OrderAccepted],
        planned: Sequence[PlannedText],
        excluded: dict[int, Reason],
    ) -> None:
        order_id = received.data.order_id
        said = TextsPlanned(
            order_id=order_id,
            recipients=sum(len(each.shared.people) for each in planned),
            texts=len(planned),
            excluded=dict(Counter(str(reason) for reason in excluded.values())),
            at=received.now,
        )
        await self.outbox.add(conn, said, correlation_id=received.correlation_id)
        if not planned:
            nothing = TextsCompleted(order_id=order_id, outcomes={}, at=received.now)
            await self.outbox.add(conn, nothing, correlation_id=received.correlation_id)


def _to_send(planned: PlannedText) -> ToSend:
    return ToSend(
        text_id=planned.text_id,
        phone=planned.shared.number.e164,
        language=planned.shared.language,
        person_ids=tuple(person.person_id for person in planned.shared.people),
    )
