"""Half days, the timetable, the feed (RFC 5545), and who may ask for an extra edition (A2)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from services.scheduler.adapters.icalendar_feed import as_ical
from services.scheduler.domain.extra_editions import ExtraRefused, may_be_confirmed, may_be_proposed
from services.scheduler.domain.half_days import half_days
from services.scheduler.domain.timetable import Planned, timetable
from services.scheduler.domain.wednesdays import WeekPlan
from shared.closed_days import closed_days

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SWEDEN = closed_days("SE", frozenset())
PLAN = WeekPlan(STOCKHOLM, SWEDEN, is_half_day=half_days(SWEDEN, frozenset({date(2026, 5, 20)}), eves=True))
CHANGED = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
EDITION = UUID("018f0000-0000-7000-8000-00000000000e")


def planned(day: date, **changes: object) -> Planned:
    given: dict[str, object] = {
        "edition_id": EDITION,
        "day": day,
        "state": "open",
        "extra": day.isoweekday() != 3,
        "freeze_at": PLAN.freeze_at(day),
        "undo_at": PLAN.undo_at(day),
        "release_at": PLAN.release_at(day),
        "moved_from": None,
        "sequence": 0,
        "changed_at": CHANGED,
        "titles": ("Årsmötet; kallelse, dagordning",),
    }
    return Planned(**(given | changes))  # type: ignore[arg-type]  # fields of Planned


def feed(*editions: Planned, today: date = date(2026, 5, 4), weeks: int = 4) -> bytes:
    return as_ical(timetable(PLAN, editions, today, weeks), "Utskick", STOCKHOLM)


def events(body: bytes) -> dict[str, Any]:
    return {str(event["uid"]): event for event in Calendar.from_ical(body).walk("VEVENT")}


@pytest.mark.parametrize(
    ("day", "half", "why"),
    [
        ("2026-05-13", True, "the day before Ascension"),
        ("2026-05-20", True, "one of the organisation's own"),
        ("2026-05-27", False, "an ordinary Wednesday"),
        ("2027-01-06", False, "Epiphany is closed, not half"),
        ("2029-12-26", False, "closed, though the day after is not"),
        ("2031-12-24", False, "Christmas Eve is closed in Sweden"),
    ],
)
def test_a_half_day_is_an_own_one_or_the_day_before_a_closed_one(day: str, half: bool, why: str) -> None:
    assert PLAN.is_half_day(date.fromisoformat(day)) is half, why
    assert bool(PLAN.warning(date.fromisoformat(day))) is half


def test_the_timetable_has_every_wednesday_and_the_days_of_extra_editions() -> None:
    extra = planned(date(2026, 5, 8))
    days = timetable(PLAN, [extra, planned(date(2026, 5, 20), edition_id=UUID(int=1))], date(2026, 5, 6), 2)
    assert [(day.day.isoformat(), day.half, day.edition is not None) for day in days] == [
        ("2026-05-06", False, False),
        ("2026-05-08", False, True),
        ("2026-05-13", True, False),
        ("2026-05-20", True, True),
    ]


def test_the_feed_says_the_moments_in_the_local_time_zone() -> None:
    for day, offset in ((date(2026, 3, 25), 1), (date(2026, 4, 1), 2)):
        body = feed(planned(day), today=date(2026, 3, 23))
        release = events(body)[f"release-{day}@onsdag"]
        start = release["dtstart"].dt
        assert (start.hour, start.utcoffset()) == (9, timedelta(hours=offset)), (
            "nine by the clock on the wall"
        )
        assert b"DTSTART;TZID=Europe/Stockholm:" in body
        assert [str(zone["tzid"]) for zone in Calendar.from_ical(body).walk("VTIMEZONE")] == [
            "Europe/Stockholm"
        ]


def test_an_edition_keeps_its_identifier_when_it_moves_and_counts_its_moves() -> None:
    wednesday, later = date(2026, 5, 6), date(2026, 5, 13)
    before = events(feed(planned(wednesday)))
    moved_at = CHANGED + timedelta(hours=1)
    moved = planned(later, moved_from=wednesday, sequence=1, changed_at=moved_at)
    after = events(feed(moved))
    for uid in (f"release-{wednesday}@onsdag", f"cutoff-{wednesday}@onsdag"):
        old, new = before[uid], after[uid]
        assert (old["sequence"], new["sequence"]) == (0, 1)
        assert new["last-modified"].dt == moved_at
        assert new["dtstart"].dt - old["dtstart"].dt == timedelta(days=7)
        assert "Flyttat från 2026-05-06" in str(new["description"])


def test_what_a_calendar_program_once_saw_never_vanishes() -> None:
    first, second = date(2026, 5, 6), date(2026, 5, 13)
    empty = events(feed())
    ordered = events(feed(planned(first)))
    moved = events(feed(planned(second, moved_from=first, sequence=1)))
    assert set(empty) <= set(ordered) <= set(moved) | {"release-2026-05-13@onsdag"}
    uid, other = "release-2026-05-06@onsdag", "release-2026-05-13@onsdag"
    assert [str(seen[uid]["status"]) for seen in (empty, ordered, moved)] == [
        "TENTATIVE",
        "CONFIRMED",
        "CONFIRMED",
    ]
    assert (str(moved[other]["status"]), moved[other]["sequence"]) == ("CANCELLED", 1)
    extra = planned(date(2026, 5, 8))
    assert f"release-{EDITION}@onsdag" in events(feed(extra))


def test_no_two_events_share_an_identifier_when_a_closed_day_opens_again() -> None:
    first, second = date(2026, 5, 6), date(2026, 5, 13)
    moved = planned(second, moved_from=first, sequence=1)
    again = planned(first, edition_id=UUID(int=EDITION.int + 1))
    for editions, own in (((moved,), "TENTATIVE"), ((again, moved), "CONFIRMED")):
        found = Calendar.from_ical(feed(*editions)).walk("VEVENT")
        uids = [str(event["uid"]) for event in found]
        assert len(set(uids)) == len(uids)
        seen = events(feed(*editions))
        assert seen[f"release-{first}@onsdag"]["dtstart"].dt.date() == second
        assert str(seen[f"release-{first}-2@onsdag"]["status"]) == own


def test_both_events_of_a_dissolved_edition_are_cancelled() -> None:
    closed = date(2026, 5, 6)
    days = timetable(PLAN, [planned(date(2026, 5, 13))], date(2026, 5, 4), 4)
    shut = [replace(day, closed=True) if day.day == closed else day for day in days]
    seen = events(as_ical(shut, "Utskick", STOCKHOLM, {closed: 2}))
    for uid in (f"release-{closed}@onsdag", f"cutoff-{closed}@onsdag"):
        assert (str(seen[uid]["status"]), seen[uid]["sequence"]) == ("CANCELLED", 2)


def test_titles_survive_the_feed_and_the_same_calendar_is_the_same_bytes() -> None:
    edition = planned(date(2026, 5, 6))
    assert feed(edition) == feed(edition)
    release = events(feed(edition))["release-2026-05-06@onsdag"]
    assert "- Årsmötet; kallelse, dagordning" in str(release["description"])


def test_closed_and_half_days_and_wednesdays_without_orders_are_shown() -> None:
    seen = events(feed(today=date(2027, 1, 4), weeks=2))
    assert "Stängd dag" in str(seen["day-2027-01-06@onsdag"]["summary"])
    assert str(seen["release-2027-01-06@onsdag"]["status"]) == "CANCELLED"
    assert str(seen["release-2027-01-13@onsdag"]["status"]) == "TENTATIVE"
    assert "Halv dag" in str(events(feed())["day-2026-05-13@onsdag"]["summary"])


def test_a_stopped_edition_is_cancelled_in_the_feed() -> None:
    seen = events(feed(planned(date(2026, 5, 6), state="stopped")))
    assert str(seen["release-2026-05-06@onsdag"]["status"]) == "CANCELLED"


NOW = datetime(2026, 5, 7, 6, 0, tzinfo=UTC)
AT = PLAN.release_at(date(2026, 5, 7))


@pytest.mark.parametrize(
    ("day", "release_at", "reason", "words"),
    [
        (date(2026, 5, 7), AT, " ", "kräver en anledning"),
        (date(2026, 5, 13), PLAN.release_at(date(2026, 5, 13)), "Brådskar.", "på onsdagen i stället"),
        (date(2026, 5, 14), PLAN.release_at(date(2026, 5, 14)), "Brådskar.", "stängd"),
        (date(2026, 5, 7), NOW + timedelta(minutes=4), "Brådskar.", "ångertiden"),
    ],
    ids=["no reason", "a Wednesday", "Ascension", "too soon"],
)
def test_A2_an_extra_edition_is_refused_with_a_sentence(
    day: date, release_at: datetime, reason: str, words: str
) -> None:
    with pytest.raises(ExtraRefused, match=words) as refused:
        may_be_proposed(day, release_at, reason, NOW, PLAN)
    assert "(A2)" in str(refused.value)


@pytest.mark.parametrize("by", ["asa@example.org", " ASA@example.org"])
def test_A2_nobody_confirms_what_they_proposed_themselves(by: str) -> None:
    with pytest.raises(ExtraRefused, match="två olika personer"):
        may_be_confirmed("asa@example.org", by, AT, NOW, PLAN)
    may_be_confirmed("asa@example.org", "bo@example.org", AT, NOW, PLAN)
