"""The calendar in the form that calendar programs subscribe to (RFC 5545)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from services.scheduler.domain.timetable import CalendarDay, Planned
from services.scheduler.domain.wednesdays import WEDNESDAY

NOTICE = timedelta(minutes=30)
"""How long an event takes up in the calendar; a cut-off is a moment."""

_CANCELLED = "stopped"
NOTHING: Mapping[date, int] = {}


def as_ical(
    days: Sequence[CalendarDay], name: str, zone: ZoneInfo, gone: Mapping[date, int] = NOTHING
) -> bytes:
    """Return the calendar; the same bytes as long as nothing in it has changed.

    A Wednesday has two events, cut-off and release, whose UIDs are made of its date: they stay when it gets
    its first order, and when its edition moves to another day. Without orders it has a release alone, which
    is tentative; one that is closed, or taken by an edition from another day, is cancelled and never
    vanishes. ``gone``: the sequences of those whose edition was dissolved. An extra edition's UIDs are made
    of its identifier. A closed or half day has an event of its own.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Onsdag//Utskick//SV")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone.key)
    for day in days:
        for event in _events(day, zone):
            calendar.add_component(event)
    living = {_key(day.edition) for day in days if day.edition is not None}
    for day in days:
        if day.day.isoweekday() == WEDNESDAY and str(day.day) not in living and _is_taken(day):
            calendar.add_component(_cancelled(day, zone, gone.get(day.day, 1)))
    if days:
        calendar.add_missing_timezones(date(days[0].day.year, 1, 1), date(days[-1].day.year + 2, 1, 1))
    return bytes(calendar.to_ical())


def _events(day: CalendarDay, zone: ZoneInfo) -> list[Event]:
    events = [_note(day)] if day.warning else []
    if day.edition is not None:
        events += _edition(day, day.edition, zone)
    elif not day.closed:
        events.append(_without_orders(day, zone))
    return events


def _key(edition: Planned) -> str:
    """What an edition's UIDs are made of."""
    return str(edition.edition_id) if edition.extra else str(edition.moved_from or edition.day)


def _is_taken(day: CalendarDay) -> bool:
    return day.closed or day.edition is not None


def _cancelled(day: CalendarDay, zone: ZoneInfo, sequence: int) -> Event:
    week = day.day.isocalendar().week
    event = _event(f"release-{day.day}", day.release_at, f"Onsdag v. {week}: inget eget utskick", "", zone)
    event.add("status", "CANCELLED")
    event.add("sequence", sequence)
    event.add("dtstamp", _long_before(day))
    return event


def _edition(day: CalendarDay, edition: Planned, zone: ZoneInfo) -> list[Event]:
    orders = f"{len(edition.titles)} beställningar" if len(edition.titles) != 1 else "1 beställning"
    kind = "Extra utskick" if edition.extra else f"Onsdagsutskick v. {day.day.isocalendar().week}"
    moved = [f"Flyttat från {edition.moved_from}, som är stängd."] if edition.moved_from else []
    warning = [day.warning] if day.warning else []
    words = "\n".join([*moved, *warning, *(f"- {title}" for title in edition.titles)])
    release = _event(f"release-{_key(edition)}", day.release_at, f"{kind}: {orders}", words, zone)
    cutoff = _event(f"cutoff-{_key(edition)}", day.freeze_at, f"Sista tid: {kind} {day.day}", words, zone)
    for event in (cutoff, release):
        event.add("sequence", edition.sequence)
        event.add("status", "CANCELLED" if edition.state == _CANCELLED else "CONFIRMED")
        event.add("dtstamp", edition.changed_at)
        event.add("last-modified", edition.changed_at)
    return [cutoff, release]


def _without_orders(day: CalendarDay, zone: ZoneInfo) -> Event:
    week = day.day.isocalendar().week
    event = _event(f"release-{day.day}", day.release_at, f"Onsdag v. {week}: inga beställningar än", "", zone)
    event.add("status", "TENTATIVE")
    event.add("dtstamp", _long_before(day))
    return event


def _note(day: CalendarDay) -> Event:
    event = Event()
    event.add("uid", f"day-{day.day}@onsdag")
    event.add("dtstart", day.day)
    event.add("dtend", day.day + timedelta(days=1))
    event.add("summary", day.warning)
    event.add("transp", "TRANSPARENT")
    event.add("dtstamp", _long_before(day))
    return event


def _event(uid: str, at: datetime, summary: str, words: str, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", f"{uid}@onsdag")
    event.add("dtstart", at.astimezone(zone))
    event.add("dtend", (at + NOTICE).astimezone(zone))
    event.add("summary", summary)
    if words:
        event.add("description", words)
    return event


def _long_before(day: CalendarDay) -> datetime:
    """What follows from the calendar alone has no moment at which it was made: one that does not change."""
    return day.freeze_at - timedelta(weeks=52)
