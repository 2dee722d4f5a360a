"""The calendar in the form that calendar programs subscribe to (RFC 5545)."""

from collections import Counter
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
    its first order, and when its edition moves to another day; if that day opens again, its next edition has
    a number as well. Without orders it has a release alone, which is tentative; one that is closed, or taken
    by an edition from another day, is cancelled and never vanishes. ``gone``: the sequences of those whose
    edition was dissolved. An extra edition's UIDs are made of its identifier. A closed or half day has an
    event of its own.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Onsdag//Utskick//SV")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone.key)
    keys = _keys(days)
    living = set(keys.values())
    for day in days:
        events = _events(day, keys.get(day.day), zone)
        if day.day.isoweekday() == WEDNESDAY and str(day.day) not in living:
            events += _cancelled(day, zone, gone.get(day.day))
        for event in events:
            calendar.add_component(event)
    if days:
        calendar.add_missing_timezones(date(days[0].day.year, 1, 1), date(days[-1].day.year + 2, 1, 1))
    return bytes(calendar.to_ical())


def _keys(days: Sequence[CalendarDay]) -> dict[date, str]:
    """Return what the UIDs of each day's events are made of, for those that something leaves on."""
    keys: dict[date, str] = {}
    taken: Counter[str] = Counter()
    for edition in sorted((day.edition for day in days if day.edition), key=lambda it: it.edition_id):
        name = str(edition.edition_id if edition.extra else edition.moved_from or edition.day)
        keys[edition.day] = _numbered(name, taken)
    for day in days:
        if day.edition is None and not day.closed:
            keys[day.day] = _numbered(str(day.day), taken)
    return keys


def _numbered(name: str, taken: Counter[str]) -> str:
    taken[name] += 1
    return name if taken[name] == 1 else f"{name}-{taken[name]}"


def _events(day: CalendarDay, key: str | None, zone: ZoneInfo) -> list[Event]:
    events = [_note(day)] if day.warning else []
    if day.edition is not None:
        events += _edition(day, day.edition, key or "", zone)
    elif key is not None:
        events.append(_without_orders(day, key, zone))
    return events


def _cancelled(day: CalendarDay, zone: ZoneInfo, gone: int | None) -> list[Event]:
    """Return the events of a Wednesday that has no edition of its own; a cut-off if there was one."""
    words = f"Onsdag v. {day.day.isocalendar().week}: inget eget utskick"
    events = [_event(f"release-{day.day}", day.release_at, words, "", zone)]
    if gone is not None:
        events.append(_event(f"cutoff-{day.day}", day.freeze_at, words, "", zone))
    for event in events:
        event.add("status", "CANCELLED")
        event.add("sequence", gone or 1)
        event.add("dtstamp", _long_before(day))
    return events


def _edition(day: CalendarDay, edition: Planned, key: str, zone: ZoneInfo) -> list[Event]:
    orders = f"{len(edition.titles)} beställningar" if len(edition.titles) != 1 else "1 beställning"
    kind = "Extra utskick" if edition.extra else f"Onsdagsutskick v. {day.day.isocalendar().week}"
    moved = [f"Flyttat från {edition.moved_from}, som är stängd."] if edition.moved_from else []
    warning = [day.warning] if day.warning else []
    words = "\n".join([*moved, *warning, *(f"- {title}" for title in edition.titles)])
    release = _event(f"release-{key}", day.release_at, f"{kind}: {orders}", words, zone)
    cutoff = _event(f"cutoff-{key}", day.freeze_at, f"Sista tid: {kind} {day.day}", words, zone)
    for event in (cutoff, release):
        event.add("sequence", edition.sequence)
        event.add("status", "CANCELLED" if edition.state == _CANCELLED else "CONFIRMED")
        event.add("dtstamp", edition.changed_at)
        event.add("last-modified", edition.changed_at)
    return [cutoff, release]


def _without_orders(day: CalendarDay, key: str, zone: ZoneInfo) -> Event:
    week = day.day.isocalendar().week
    event = _event(f"release-{key}", day.release_at, f"Onsdag v. {week}: inga beställningar än", "", zone)
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
