"""Record texts in the ledger: one per number and order, or once per key; a wrong one with its reason."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.texts import ledger, withdrawals
from services.sender.adapters.texts.ledger import NewText
from services.sender.domain.texts.sending import Reason
from shared.contracts.texts import DeliverTexts, PlannedText, SendText
from shared.messaging.consuming import Received
from shared.phones import phone_hash, read_phone
from shared.texting import measure


@dataclass(frozen=True)
class Recording:
    """What recording needs to know. ``sending`` is False where there is no gateway."""

    secret: bytes
    country: str
    max_parts: int
    validity: timedelta
    sending: bool

    def new(self, text: NewText) -> NewText:
        """Return a text with its number as E.164 and its parts counted, or with the reason against it."""
        phone = read_phone(text.phone, self.country)
        measured = measure(text.words)
        counted = replace(text, parts=len(measured.parts), reason=self._against(len(measured.parts)))
        if phone is None:
            return replace(
                counted, reason=Reason.WRONG_NUMBER, phone_hash=phone_hash(self.secret, text.phone)
            )
        return replace(
            counted,
            phone=phone.e164,
            phone_hash=phone_hash(self.secret, phone.e164),
            country=phone.country,
            zones=phone.zones,
            reason=counted.reason if phone.mobile else Reason.NOT_MOBILE,
        )

    def one(self, given: SendText, now: datetime) -> NewText:
        """Return a one-to-one text: the same for the same key."""
        blank = _blank(given.to, given.text, self.until(given.valid_until, now))
        text_id = uuid5(NAMESPACE_URL, f"urn:onsdag:text:{given.key}")
        return self.new(
            replace(blank, text_id=text_id, key=given.key, purpose=given.purpose, person_ids=given.person_ids)
        )

    def until(self, given: datetime | None, now: datetime) -> datetime:
        return given or now + self.validity

    def _against(self, parts: int) -> Reason:
        if not self.sending:
            return Reason.NO_GATEWAY
        return Reason.TOO_LONG if parts > self.max_parts else Reason.NONE


def _blank(phone: str, words: str, valid_until: datetime) -> NewText:
    return NewText(
        text_id=uuid5(NAMESPACE_URL, "urn:onsdag:text"),
        phone=phone,
        phone_hash=b"",
        country="",
        zones=(),
        words=words,
        parts=1,
        valid_until=valid_until,
    )


@dataclass(frozen=True)
class RecordText:
    """Handles ``sender.send-text.v1``."""

    recording: Recording

    async def __call__(self, conn: AsyncConnection, received: Received[SendText]) -> None:
        new = self.recording.one(received.data, received.now)
        await ledger.record(conn, [new], received.now)


@dataclass(frozen=True)
class RecordTexts:
    """Handles ``sender.deliver-texts.v1``."""

    recording: Recording

    async def __call__(self, conn: AsyncConnection, received: Received[DeliverTexts]) -> None:
        batch = received.data
        until = self.recording.until(batch.valid_until, received.now)
        texts = [self.recording.new(self._text(batch, each, until)) for each in batch.texts]
        if await withdrawals.is_withdrawn(conn, batch.order_id):
            texts = [replace(each, reason=each.reason or Reason.WITHDRAWN) for each in texts]
        await ledger.record(conn, texts, received.now)

    @staticmethod
    def _text(batch: DeliverTexts, planned: PlannedText, until: datetime) -> NewText:
        words = batch.words.get(planned.language) or next(iter(batch.words.values()))
        return replace(
            _blank(planned.phone, words, until),
            text_id=planned.text_id,
            order_id=batch.order_id,
            unit_id=batch.unit_id,
            order_class=batch.order_class,
            person_ids=planned.person_ids,
        )
