"""Whether a text may go now: daytime where the recipient is, validity, the month's cap, a no (D7)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.sender.domain.texts.hours import Daytime, Hours, day_ends, next_daytime
from services.sender.domain.texts.sending import (
    SENTENCES,
    Reason,
    Rules,
    Ruling,
    Waiting,
    month_begins,
    pause_after,
    rule,
)
from services.sender.domain.texts.states import Input

STOCKHOLM, HELSINKI, AUCKLAND = (
    ZoneInfo("Europe/Stockholm"),
    ZoneInfo("Europe/Helsinki"),
    ZoneInfo("Pacific/Auckland"),
)
DAYTIME = Daytime(Hours(time(8), time(20)), Hours(time(10), time(18)))
RULES = Rules(DAYTIME, month_cap=3)
NOON = datetime(2027, 2, 17, 11, 0, tzinfo=UTC)
LUCIA = date(2027, 12, 13)


def never(_: date) -> bool:
    return False


def swedish(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def ruling(
    now: datetime = NOON,
    scopes: frozenset[str] = frozenset(),
    begun: int = 0,
    *,
    valid: timedelta = timedelta(days=1),
    **given: object,
) -> Ruling:
    text = Waiting(now + valid, (STOCKHOLM,), **given)  # type: ignore[arg-type]
    return rule(text, now, scopes, begun, RULES, never)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2027-02-17T07:59:59", "2027-02-17T08:00:00"),
        ("2027-02-17T08:00:00", "2027-02-17T08:00:00"),
        ("2027-02-17T19:59:59", "2027-02-17T19:59:59"),
        ("2027-02-17T20:00:00", "2027-02-18T08:00:00"),
        ("2027-02-19T23:00:00", "2027-02-20T10:00:00"),
        ("2027-02-20T18:00:00", "2027-02-21T10:00:00"),
        ("2027-02-21T18:00:00", "2027-02-22T08:00:00"),
        ("2027-03-27T21:00:00", "2027-03-28T10:00:00"),
        ("2027-10-30T21:00:00", "2027-10-31T10:00:00"),
    ],
)
def test_a_text_waits_for_the_recipients_daytime(now: str, goes: str) -> None:
    """Also over the nights in which the clocks are changed."""
    assert next_daytime(swedish(now), (STOCKHOLM,), DAYTIME, never) == swedish(goes)


def test_a_holiday_opens_later() -> None:
    eve = swedish("2027-12-12T23:00:00")
    found = next_daytime(eve, (STOCKHOLM,), DAYTIME, lambda day: day == LUCIA)
    assert found == swedish("2027-12-13T10:00:00")


def test_it_is_day_in_every_zone_of_the_number() -> None:
    early = datetime(2027, 2, 17, 6, 30, tzinfo=UTC)
    assert next_daytime(early, (HELSINKI,), DAYTIME, never) == early
    assert next_daytime(early, (HELSINKI, STOCKHOLM), DAYTIME, never) == early.replace(hour=7, minute=0)


def test_zones_that_are_never_awake_together_get_nothing() -> None:
    assert next_daytime(NOON, (STOCKHOLM, AUCKLAND), DAYTIME, never) is None
    text = Waiting(NOON + timedelta(days=9), (STOCKHOLM, AUCKLAND))
    assert rule(text, NOON, (), 0, RULES, never) == Ruling(Input.STOP, Reason.EXPIRED)


def test_by_day_it_goes_and_by_night_it_waits_for_the_morning() -> None:
    assert ruling() == Ruling(Input.BEGIN, until=swedish("2027-02-17T20:00:00"))
    night = swedish("2027-02-17T22:00:00")
    assert ruling(night) == Ruling(Input.WAIT, until=swedish("2027-02-18T08:00:00"))


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2027-02-17T08:00:00", "2027-02-17T20:00:00"),
        ("2027-02-17T19:59:59", "2027-02-17T20:00:00"),
        ("2027-02-20T12:00:00", "2027-02-20T18:00:00"),
        ("2027-03-28T12:00:00", "2027-03-28T18:00:00"),
        ("2027-12-13T12:00:00", "2027-12-13T18:00:00"),
    ],
)
def test_D7_a_gateway_tries_until_the_recipients_day_ends(now: str, ends: str) -> None:
    found = day_ends(swedish(now), (STOCKHOLM,), DAYTIME, lambda day: day == LUCIA)
    assert found == swedish(ends)
    assert day_ends(swedish(now), (STOCKHOLM, HELSINKI), DAYTIME, lambda day: day == LUCIA) == (
        swedish(ends) - timedelta(hours=1)
    )


def test_a_gateway_tries_no_longer_than_a_text_is_valid() -> None:
    assert ruling(valid=timedelta(hours=2)).until == NOON + timedelta(hours=2)


def test_what_would_be_stale_in_the_morning_ends_at_once() -> None:
    night = swedish("2027-02-17T22:00:00")
    assert ruling(night, valid=timedelta(hours=10)) == Ruling(Input.STOP, Reason.EXPIRED)
    assert ruling(valid=timedelta(0)) == Ruling(Input.STOP, Reason.EXPIRED)


def test_one_too_many_in_a_month_ends_with_its_reason() -> None:
    assert ruling(begun=2).input is Input.BEGIN
    assert ruling(begun=3) == Ruling(Input.STOP, Reason.OVER_THE_CAP)


def test_at_night_the_cap_is_left_for_the_morning_which_may_be_in_another_month() -> None:
    evening = swedish("2027-01-31T20:30:00")
    assert ruling(evening, begun=3) == Ruling(Input.WAIT, until=swedish("2027-02-01T08:00:00"))


@pytest.mark.parametrize(
    ("scopes", "order_class", "goes"),
    [
        ({"address"}, None, False),
        ({"address"}, "duty", False),
        ({"organisation"}, None, True),
        ({"organisation"}, "duty", True),
        ({"organisation"}, "information", False),
        ({"unit:1280"}, "information", False),
        ({"unit:1290"}, "information", True),
    ],
)
def test_a_no_is_obeyed_within_its_scope(scopes: set[str], order_class: str | None, goes: bool) -> None:
    found = ruling(scopes=frozenset(scopes), order_class=order_class, unit_id="1280" if order_class else None)
    assert found.input is (Input.BEGIN if goes else Input.SUPPRESS)
    assert found.reason is (Reason.NONE if goes else Reason.SUPPRESSED)


def test_the_month_is_the_organisations() -> None:
    just_after = datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
    assert month_begins(just_after, STOCKHOLM) == swedish("2027-02-01T00:00:00")


def test_pauses_grow_and_the_gateways_own_time_goes_first() -> None:
    assert [pause_after(n).total_seconds() / 60 for n in (1, 2, 3, 4, 5)] == [1, 5, 15, 30, 30]
    assert pause_after(5, timedelta(seconds=7)) == timedelta(seconds=7)
    assert pause_after(1, timedelta(0)) == timedelta(seconds=1)
    assert pause_after(1, timedelta(days=400)) == timedelta(hours=6)


def test_every_reason_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Reason)
    assert all(sentence.endswith(".") for reason, sentence in SENTENCES.items() if reason)


@pytest.mark.parametrize("written", ["20:00-08:00", "08:00", "8-20", "", "08:00-25:00"])
def test_hours_that_cannot_be_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"open|isoformat|hour"):
        Hours.parse(written)
