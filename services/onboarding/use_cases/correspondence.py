"""The mails of a timeline: each decided and asked for in the transaction that notes it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from services.onboarding.adapters import steps, timelines
from services.onboarding.adapters.steps import StepRow
from services.onboarding.domain.letters import Days, HouseTexts, contact_mail, newcomer_letter
from services.onboarding.domain.newcomers import Timeline, missing_for_contact
from services.onboarding.domain.plain_words import name
from services.onboarding.domain.steps import Input, State, step
from services.onboarding.domain.timeline import Limits, last_day, plan
from shared.contracts.onboarding import Step
from shared.contracts.sender import SendMessage
from shared.messaging.outbox import Outbox

MAILS: Mapping[Step, str] = {"contact": "newcomer-contact", "letter": "newcomer-letter"}
"""The steps that are mails, and the purpose of each."""

KEY_LENGTH = 200


def key(step: Step, interest_id: str) -> str:
    """Return the key by which the sender sends a mail once, ever. A very long id is shortened to its hash."""
    whole = f"{MAILS[step]}-{interest_id}"
    if len(whole) <= KEY_LENGTH:
        return whole
    return f"{MAILS[step]}-{hashlib.sha256(interest_id.encode()).hexdigest()}"


@dataclass(frozen=True)
class Correspondence:
    """Writes the mails of timelines. Made once in ``create_app``."""

    outbox: Outbox
    limits: Limits
    zone: ZoneInfo
    house: HouseTexts
    letter_wait: timedelta
    patience: timedelta

    async def write(
        self, conn: AsyncConnection, row: StepRow, now: datetime, correlation_id: UUID | None = None
    ) -> None:
        """Ask the sender for the mail of a step, or note what is missing for it."""
        timeline = await timelines.by_id(conn, row.timeline_id)
        if timeline is None:
            return  # erased: there is nobody to write to
        why = self._missing(row, timeline, now)
        following = step(row.state, Input.MISS if why else Input.SEND)
        if not isinstance(following, State):
            return
        if why:
            await steps.change(conn, row, following, note=why)
            return
        message = self._message(row, timeline)
        await self.outbox.add(conn, message, correlation_id=correlation_id)
        await steps.change(conn, row, following, note="", message_key=message.key, sent_at=now, asked_at=now)

    async def ask_again(self, conn: AsyncConnection, row: StepRow, now: datetime) -> bool:
        """Ask for the same mail once more; its key keeps it from being sent twice. Say whether it was."""
        timeline = await timelines.by_id(conn, row.timeline_id)
        following = step(row.state, Input.ASK_AGAIN)
        if timeline is None or not isinstance(following, State):
            return False
        await steps.change(conn, row, following, asked_at=now)
        if row.step == "contact" and missing_for_contact(timeline.unit):
            return False  # the contact has gone since
        await self.outbox.add(conn, self._message(row, timeline))
        return True

    def _missing(self, row: StepRow, timeline: Timeline, now: datetime) -> str:
        if row.step == "contact":
            return missing_for_contact(timeline.unit)
        waits = timeline.unit is None and now < timeline.started_at + self.letter_wait
        return "the unit is not known yet" if waits else ""

    def _message(self, row: StepRow, timeline: Timeline) -> SendMessage:
        return self._contact(timeline) if row.step == "contact" else self._letter(timeline)

    def _letter(self, timeline: Timeline) -> SendMessage:
        newcomer, unit = timeline.newcomer, timeline.unit
        mail = newcomer_letter(
            newcomer,
            unit.name if unit else None,
            unit.contact if unit else None,
            self._days(timeline),
            self.house,
        )
        return SendMessage(
            key=key("letter", timeline.interest_id),
            to=newcomer.email,
            name=name(newcomer.first_name, newcomer.last_name),
            language=newcomer.language,
            subject=mail.subject,
            markdown=mail.markdown,
            purpose=MAILS["letter"],
            person_ids=(newcomer.person_id,),
        )

    def _contact(self, timeline: Timeline) -> SendMessage:
        unit = timeline.unit
        assert unit is not None
        assert unit.contact is not None
        mail = contact_mail(timeline.newcomer, unit.name, unit.contact, self._days(timeline), self.house)
        return SendMessage(
            key=key("contact", timeline.interest_id),
            to=unit.contact.address,
            name=name(unit.contact.name),
            language=self.house.contact_language,
            subject=mail.subject,
            markdown=mail.markdown,
            purpose=MAILS["contact"],
            person_ids=(timeline.newcomer.person_id,),
        )

    def _days(self, timeline: Timeline) -> Days:
        planned = {p.step: p for p in plan(timeline.registered_at, self.limits, self.zone)}
        return Days(
            registered=timeline.registered_at.astimezone(self.zone).date(),
            call=last_day(planned["call"].due_at, self.zone),
            follow_up_from=planned["follow_up"].opens_at.astimezone(self.zone).date(),
            follow_up=last_day(planned["follow_up"].due_at, self.zone),
        )
