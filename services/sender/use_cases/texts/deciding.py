"""Decide about a text by what stands in its row: whether it goes now, later, or never."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from services.sender.domain.texts.sending import OrderClass, Rules, Ruling, Waiting, month_begins, rule


class Row(Protocol):
    """What the ledger knows of a text before it goes. ``zones`` are names of time zones."""

    @property
    def country(self) -> str: ...

    @property
    def zones(self) -> Sequence[str]: ...

    @property
    def valid_until(self) -> datetime: ...

    @property
    def order_class(self) -> OrderClass | None: ...

    @property
    def unit_id(self) -> str | None: ...


@dataclass(frozen=True)
class Decide:
    """``zone`` is the organisation's; ``holiday`` says whether a country has one on a day."""

    rules: Rules
    zone: ZoneInfo
    holiday: Callable[[str, date], bool]

    def __call__(self, text: Row, now: datetime, scopes: Collection[str], begun: int) -> Ruling:
        """``begun``: other texts to the number since ``month_of``."""
        zones = tuple(ZoneInfo(zone) for zone in text.zones) or (self.zone,)
        waiting = Waiting(text.valid_until, zones, text.order_class, text.unit_id)
        return rule(waiting, now, scopes, begun, self.rules, lambda day: self.holiday(text.country, day))

    def month_of(self, now: datetime) -> datetime:
        return month_begins(now, self.zone)
