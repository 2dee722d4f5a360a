"""Text messages of the sender, put together (D7): what ``main`` hosts besides the mail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from fastapi import APIRouter

from services.sender.adapters.texts.callbacks import Callbacks
from services.sender.adapters.texts.elks import Elks
from services.sender.adapters.texts.http_gateway import HttpGateway
from services.sender.adapters.texts.smpp.gateway import SmppGateway
from services.sender.domain.texts.gateway import TextGateway
from services.sender.domain.texts.reports import Report
from services.sender.domain.texts.sending import Rules
from services.sender.entrypoints.api_asking import Counter, asking_router
from services.sender.entrypoints.api_texts import Prices, address_router, text_router
from services.sender.entrypoints.callbacks import callback_router
from services.sender.settings_of_texts import TextSettings
from services.sender.use_cases.texts.ask_text import AskText
from services.sender.use_cases.texts.deciding import Decide
from services.sender.use_cases.texts.deliver_texts import DeliverTexts
from services.sender.use_cases.texts.note_report import NoteHeard
from services.sender.use_cases.texts.record_texts import Recording, RecordText, RecordTexts
from services.sender.use_cases.texts.report_texts import ReportTexts
from services.sender.use_cases.texts.sweep_texts import SweepTexts
from services.sender.use_cases.texts.withdraw_texts import WithdrawTexts
from shared.closed_days import closed_days
from shared.hosting import Foundation, Job, Worker
from shared.messaging.consuming import Handler
from shared.web.idempotency import Idempotency
from shared.web.tokens import ApiTokens

REPORT_EVERY = timedelta(seconds=1)
SWEEP_EVERY = timedelta(seconds=5)


def gateway_of(settings: TextSettings) -> TextGateway | None:
    """Return the gateway that the settings name, if they name one. Raises ValueError."""
    url, sender, seconds = settings.sms_url, settings.sms_from, settings.sms_timeout_seconds
    scheme = url.partition(":")[0]
    if not url:
        return None
    if scheme.startswith("elks+"):
        return Elks.parse(url, sender, seconds)
    if scheme in ("smpp", "smpps"):
        return SmppGateway.parse(url, sender, seconds)
    if scheme in ("http", "https"):
        return HttpGateway(url, sender, settings.sms_http, seconds)
    raise ValueError(f"ONSDAG_SMS_URL: {scheme!r} is no kind of gateway")


def holidays_of(settings: TextSettings) -> Callable[[str, date], bool]:
    """Return whether a day is closed in a country; one whose holidays nobody knows has none."""

    @lru_cache
    def of(country: str) -> Callable[[date], bool]:
        own = settings.own_closed_days if country == settings.phone_country else frozenset()
        try:
            return closed_days(country, own)
        except NotImplementedError:
            return lambda _: False

    return lambda country, day: of(country)(day)


@dataclass(frozen=True)
class Texting:
    """The parts of the sender that are about texts."""

    base: Foundation
    settings: TextSettings
    gateway: TextGateway | None
    callbacks: Callbacks
    hear: NoteHeard

    @classmethod
    def of(cls, base: Foundation, settings: TextSettings) -> "Texting":
        callbacks = Callbacks(settings.secret, settings.sms_callback_url.rstrip("/"))
        hear = NoteHeard(base.database, base.outbox, base.clock, settings.secret, settings.phone_country)
        return cls(base, settings, gateway_of(settings), callbacks, hear)

    def handlers(self) -> Mapping[str, Handler]:
        recording = self._recording()
        return {
            "send-text": RecordText(recording),
            "record-texts": RecordTexts(recording),
            "withdraw-texts": WithdrawTexts(),
        }

    def routers(self, tokens: ApiTokens) -> list[APIRouter]:
        prices = Prices(self.settings.sms_price, self.settings.sms_currency, self.settings.sms_max_parts)
        return [
            address_router(self.callbacks, tokens),
            asking_router(self._counter(), tokens),
            text_router(self.base.database, self.base.clock, tokens, prices, self.settings.zone),
            callback_router(self.callbacks, self._read_report, self.hear),
        ]

    def jobs(self) -> list[Job]:
        hold = self.settings.uncertain_texts == "hold"
        report = ReportTexts(self.base.database, self.base.outbox)
        sweep = SweepTexts(self.base.database, self.base.clock, resend=not hold)
        forget = Idempotency(self.base.database).forget_old
        return [
            Job("report-texts", REPORT_EVERY, report),
            Job("sweep-texts", SWEEP_EVERY, sweep),
            Job("forget-idempotent-answers", timedelta(hours=1), forget),
        ]

    def workers(self) -> list[Worker]:
        delivery = self.delivery()
        return [Worker("deliver-texts", delivery.run)] if delivery else []

    def delivery(self) -> DeliverTexts | None:
        """Return the worker, where there is a gateway."""
        if self.gateway is None:
            return None
        settings = self.settings
        return DeliverTexts(
            database=self.base.database,
            clock=self.base.clock,
            gateway=self.gateway,
            hear=self.hear,
            decide=self._decide(),
            callback=self.callbacks.of,
            hands=settings.sms_connections,
            submit_seconds=settings.sms_timeout_seconds * (settings.sms_max_parts + 2),
        )

    def _recording(self) -> Recording:
        return Recording(
            secret=self.settings.secret,
            country=self.settings.phone_country,
            max_parts=self.settings.sms_max_parts,
            validity=timedelta(hours=self.settings.sms_valid_hours),
            sending=self.gateway is not None,
        )

    def _decide(self) -> Decide:
        settings = self.settings
        rules = Rules(settings.daytime, settings.sms_month_cap)
        return Decide(rules, settings.zone, holidays_of(settings))

    def _counter(self) -> Counter:
        ask = AskText(self._recording(), self._decide())
        idempotency = Idempotency(self.base.database)
        return Counter(self.base.database, self.base.clock, ask, idempotency, self.settings.zone)

    def _read_report(self, said: Mapping[str, str]) -> Report | None:
        return self.gateway.read_report(said) if self.gateway else None
