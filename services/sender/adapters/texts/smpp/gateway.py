"""Texts by SMPP 3.4: one submit_sm for each part, receipts by deliver_sm."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from aiosmpplib.protocol import SubmitSm
from aiosmpplib.state import NPI, TON, PhoneNumber

from services.sender.adapters.texts.smpp.reading import Pdu, Unreadable, read_deliver
from services.sender.adapters.texts.smpp.session import Account, SmppSession
from services.sender.domain.texts.gateway import (
    Accepted,
    Answer,
    Hear,
    Later,
    NotHandedOver,
    OutgoingText,
    Refused,
)
from services.sender.domain.texts.receipts import same_name
from services.sender.domain.texts.reports import Report
from shared.texting import Measured, encode, measure

log = structlog.get_logger(__name__)

BIND_SECONDS = 5.0
"""Between two looks whether the session still stands."""

LONGEST_VALID = timedelta(weeks=63)
"""What aiosmpplib can write; SMSCs keep a text for some days at most."""

_HAS_HEADER = 0x40
_ROOM = {"user": 15, "password": 8, "type": 12}
"""Characters in a bind (SMPP 3.4 §4.1.5), which are ASCII."""
_BASES = {"decimal": 10, "hex": 16}
_REFUSED = frozenset({0x01, 0x02, 0x0A, 0x0B, 0x33, 0x40, 0x42, 0x43, 0x48, 0x49, 0x50, 0x51})
"""What is wrong with this text, its number or our sender (SMPP 3.4 §5.1.3). All else may pass:
throttled, queue full, system error, a vendor's own codes, or an account that people must mend."""


@dataclass
class SmppGateway:
    """``answer_base`` and ``receipt_base``: how the SMSC writes message ids in its answers and receipts."""

    account: Account
    sender: str
    answer_base: int = 10
    receipt_base: int = 10
    _session: SmppSession | None = None
    _hear: Hear | None = None
    _keeping: asyncio.Task[None] | None = None
    _opening: asyncio.Task[SmppSession] | None = None

    @classmethod
    def parse(cls, setting: str, sender: str, seconds: float) -> "SmppGateway":
        """Read ``smpp[s]://user:password@host[:port][?type=…][&answers=hex][&receipts=hex]``.

        Raises ValueError.
        """
        parts = urlsplit(setting)
        if parts.scheme not in ("smpp", "smpps") or not parts.hostname or not parts.username:
            raise ValueError("an SMSC is written smpp://user:password@host[:port]")
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        account = Account(
            host=parts.hostname,
            port=parts.port or 2775,
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            system_type=query.get("type", ""),
            tls=parts.scheme == "smpps",
            seconds=seconds,
        )
        _check_room(user=account.user, password=account.password, type=account.system_type)
        answers, receipts = (_base(query.get(name, "decimal")) for name in ("answers", "receipts"))
        return cls(account, sender, answers, receipts)

    async def start(self, hear: Hear) -> None:
        """Stay bound from now on, so that receipts come also while nothing is sent."""
        self._hear = hear
        self._keeping = asyncio.create_task(self._keep_bound())

    async def submit(self, text: OutgoingText) -> Answer:
        """Submit the parts one by one; a later one that is put off puts off the whole text.

        The parts of the next attempt carry the same number, so that the phone knows those it has.
        """
        session = await self._bound()
        if time.monotonic() > text.begin_by:
            raise NotHandedOver("it took too long to be bound")
        references: list[str] = []
        measured = measure(text.words)
        for number in range(1, len(measured.parts) + 1):
            answer = await session.ask(self._part(text, measured, number), self.account.seconds)
            reply = f"submit_sm_resp 0x{answer.status:08X} {answer.first_string()[:65]}"
            if answer.status:
                return Refused(reply) if answer.status in _REFUSED else Later(reply)
            references.append(same_name(answer.first_string(), self.answer_base))
        return Accepted(tuple(name for name in references if name), reply)

    def read_report(self, said: Mapping[str, str]) -> Report | None:  # noqa: ARG002  # receipts come by session
        return None

    async def stop(self) -> None:
        running = [task for task in (self._keeping, self._opening) if task]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._hang_up()

    async def _hang_up(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    async def _keep_bound(self) -> None:
        while True:
            try:
                await self._bound()
            except NotHandedOver as problem:
                log.warning("smsc_away", problem=str(problem))
            await asyncio.sleep(BIND_SECONDS)

    async def _bound(self) -> SmppSession:
        """Return the session. All who wait for it wait for the same attempt: none waits for two."""
        if self._session and self._session.usable:
            return self._session
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
        return await asyncio.shield(self._opening)

    async def _open(self) -> SmppSession:
        try:
            await self._hang_up()
            self._session = await SmppSession.open(self.account, self._deliver)
            return self._session
        finally:
            self._opening = None

    async def _deliver(self, pdu: Pdu) -> None:
        """Take what the SMSC brings; what cannot be read is acknowledged, or it would come for ever."""
        try:
            heard = read_deliver(pdu)
        except Unreadable as problem:
            heard = None
            log.warning("smpp_delivery_unreadable", problem=str(problem))
        if isinstance(heard, Report):
            heard = replace(heard, reference=same_name(heard.reference, self.receipt_base))
        if heard and self._hear:
            await self._hear(heard)

    def _part(self, text: OutgoingText, measured: Measured, number: int) -> SubmitSm:
        words = measured.parts[number - 1]
        several = len(measured.parts) > 1
        message = SubmitSm(
            short_message=words,
            source=self._source(),
            destination=PhoneNumber(text.to.lstrip("+"), TON.INTERNATIONAL, NPI.ISDN),
            esm_class=_HAS_HEADER if several else 0,
            validity_period=min(text.valid, LONGEST_VALID),
            encoding="ucs2" if measured.encoding == "ucs2" else None,
        )
        header = bytes((5, 0, 3, text.text_id.bytes[-1], len(measured.parts), number)) if several else b""
        message.set_encoded_message(header + encode(words, measured.encoding))
        return message

    def _source(self) -> PhoneNumber:
        if self.sender.startswith("+"):
            return PhoneNumber(self.sender[1:], TON.INTERNATIONAL, NPI.ISDN)
        return PhoneNumber(self.sender, TON.ALPHANUMERIC, NPI.UNKNOWN)


def _check_room(**given: str) -> None:
    """Raise ValueError for what a bind cannot hold, without showing it: it may be the password."""
    for name, value in given.items():
        if len(value) > _ROOM[name] or not (value.isascii() and value.isprintable()):
            raise ValueError(f"SMPP has room for {_ROOM[name]} characters of {name}, and they are ASCII")


def _base(written: str) -> int:
    if written not in _BASES:
        raise ValueError("message ids are decimal or hex")
    return _BASES[written]
