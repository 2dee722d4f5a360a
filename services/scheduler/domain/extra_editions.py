"""Extra editions: the exception to A2, for what cannot wait. A reason, and two people."""

from datetime import date, datetime, timedelta

from services.scheduler.domain.wednesdays import WEDNESDAY, WeekPlan


class ExtraRefused(Exception):
    """An extra edition is not to be. Says why, citing A2."""


NO_REASON = "Ett extra utskick utanför onsdagarna kräver en anledning som kan läsas i efterhand (A2)."
ONE_PERSON = (
    "Ett extra utskick kräver två olika personer: den som föreslår det kan inte själv bekräfta det (A2)."
)
ON_WEDNESDAY = "Onsdagarnas utskick är inte extra: lägg beställningen på onsdagen i stället (A2)."
CLOSED = "Dagen är stängd: ingen är på plats när frågorna kommer (A2)."
TOO_SOON = "Tiden ligger för nära: ett extra utskick går tidigast efter ångertiden (A2)."
CONFIRMED = "Det extra utskicket är redan bekräftat (A2)."
WITHDRAWN = "Förslaget till ett extra utskick är tillbakadraget (A2)."
TAKEN = "Den dagen finns det redan ett extra utskick (A2)."
NOT_WAITING = "Beställningen {order_id} väntar inte på något utskick som fortfarande är öppet (A2)."


def may_be_proposed(day: date, release_at: datetime, reason: str, now: datetime, plan: WeekPlan) -> None:
    """Raise ExtraRefused unless somebody may propose this."""
    if not reason.strip():
        raise ExtraRefused(NO_REASON)
    if day.isoweekday() == WEDNESDAY:
        raise ExtraRefused(ON_WEDNESDAY)
    if plan.is_closed(day):
        raise ExtraRefused(CLOSED)
    _in_time(release_at, now, plan.undo)


def may_be_confirmed(
    proposed_by: str, confirmed_by: str, release_at: datetime, now: datetime, plan: WeekPlan
) -> None:
    """Raise ExtraRefused unless this person may confirm it now: another one, and in time."""
    if confirmed_by.strip().lower() == proposed_by.strip().lower():
        raise ExtraRefused(ONE_PERSON)
    _in_time(release_at, now, plan.undo)


def _in_time(release_at: datetime, now: datetime, undo: timedelta) -> None:
    if release_at < now + undo:
        raise ExtraRefused(TOO_SOON)
