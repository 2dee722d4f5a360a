"""Whether a text may go now, must wait, or never goes; and why, in words for the desk."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from services.sender.domain.suppression import ADDRESS, ORGANISATION, unit_scope
from services.sender.domain.texts.hours import Daytime, day_ends, next_daytime
from services.sender.domain.texts.states import Input


class Reason(StrEnum):
    """Why a text did not reach its recipient."""

    NONE = ""
    WRONG_NUMBER = "wrong_number"
    NOT_MOBILE = "not_mobile"
    TOO_LONG = "too_long"
    NO_GATEWAY = "no_gateway"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    OVER_THE_CAP = "over_the_cap"
    REFUSED = "refused"
    UNDELIVERED = "undelivered"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


SENTENCES: dict[Reason, str] = {
    Reason.NONE: "",
    Reason.WRONG_NUMBER: "Numret finns inte.",
    Reason.NOT_MOBILE: "Numret är inte ett mobilnummer.",
    Reason.TOO_LONG: "Texten är längre än vad organisationen tillåter.",
    Reason.NO_GATEWAY: "Ingen sms-tjänst är inställd.",
    Reason.SUPPRESSED: "Mottagaren har tackat nej till sms.",
    Reason.EXPIRED: "Texten hann bli inaktuell innan den fick skickas.",
    Reason.OVER_THE_CAP: "Mottagaren har fått så många sms som organisationen tillåter den här månaden.",
    Reason.REFUSED: "Sms-tjänsten tog inte emot texten.",
    Reason.UNDELIVERED: "Sms-tjänsten kunde inte lämna texten till telefonen.",
    Reason.UNCERTAIN: "Det är inte känt om sms-tjänsten fick texten. Bestäm om den ska skickas igen.",
    Reason.DROPPED: "Kansliet bestämde att texten inte skickas igen.",
    Reason.WITHDRAWN: "Texten togs tillbaka innan den hade gått.",
    Reason.ERASED: "Mottagarens uppgifter är raderade.",
}
"""For the desk, who read Swedish."""

OrderClass = Literal["duty", "information", "appeal"]


@dataclass(frozen=True)
class Waiting:
    """A text that is due. ``order_class`` and ``unit_id`` are None for a one-to-one text."""

    valid_until: datetime
    zones: tuple[ZoneInfo, ...]
    order_class: OrderClass | None = None
    unit_id: str | None = None


@dataclass(frozen=True)
class Rules:
    """The organisation's: when texts may go, and how many one number gets in a calendar month."""

    daytime: Daytime
    month_cap: int


@dataclass(frozen=True)
class Ruling:
    """What to do with a text; ``reason`` with what ends it.

    ``until``: with ``wait``, when to look again; with ``begin``, when it may ring no more: the end of its
    validity or of the recipient's day.
    """

    input: Input
    reason: Reason = Reason.NONE
    until: datetime | None = None


def rule(
    text: Waiting,
    now: datetime,
    scopes: Collection[str],
    begun_this_month: int,
    rules: Rules,
    is_closed: Callable[[date], bool],
) -> Ruling:
    """Decide about a text. One that could only go after its validity ends at once.

    The month's cap is asked when it can go: by then another month may have begun.
    """
    if not may_go(text, scopes):
        return Ruling(Input.SUPPRESS, Reason.SUPPRESSED)
    moment = next_daytime(now, text.zones, rules.daytime, is_closed)
    if moment is None or moment >= text.valid_until:
        return Ruling(Input.STOP, Reason.EXPIRED)
    if moment > now:
        return Ruling(Input.WAIT, until=moment)
    if begun_this_month >= rules.month_cap:
        return Ruling(Input.STOP, Reason.OVER_THE_CAP)
    ends = day_ends(now, text.zones, rules.daytime, is_closed)
    return Ruling(Input.BEGIN, until=min(ends, text.valid_until))


def may_go(text: Waiting, scopes: Collection[str]) -> bool:
    """Whether the number's suppressions let a text through: a "no" to its scope, or to everything."""
    if ADDRESS in scopes:
        return False
    if text.order_class is None or text.order_class == "duty":
        return True
    return ORGANISATION not in scopes and unit_scope(text.unit_id or "") not in scopes


def month_begins(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment of the month, where the organisation is."""
    return now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


_PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
_SHORTEST = timedelta(seconds=1)
_LONGEST = timedelta(hours=6)


def pause_after(attempts: int, named: timedelta | None = None) -> timedelta:
    """Return how long to wait after attempt number ``attempts``: what the gateway named, else 1, 5, 15, 30
    minutes. How often is limited by the text's validity alone."""
    if named is not None:
        return max(_SHORTEST, min(named, _LONGEST))
    return _PAUSES[min(attempts, len(_PAUSES)) - 1]
