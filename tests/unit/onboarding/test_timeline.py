"""When steps are due: calendar days of the organisation, worked out by hand."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from services.onboarding.domain.steps import STEPS
from services.onboarding.domain.timeline import Limits, last_day, plan
from services.onboarding.settings import OnboardingSettings

STOCKHOLM = ZoneInfo("Europe/Stockholm")
LIMITS = Limits(
    contact_days=0,
    letter_days=3,
    call_days=7,
    referral_days=14,
    training_days=56,
    follow_up_weeks_from=8,
    follow_up_weeks_to=10,
    erasure_days=14,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def due(registered: str, step: str, zone: str = "Europe/Stockholm") -> datetime:
    planned = plan(datetime.fromisoformat(registered), LIMITS, ZoneInfo(zone))
    return next(p.due_at for p in planned if p.step == step)


LETTER_DUE = [
    ("a Monday morning", "2026-11-23T10:00+01:00", "2026-11-27T00:00+01:00"),
    ("the first moment of a day", "2026-11-23T00:00+01:00", "2026-11-27T00:00+01:00"),
    ("the last moment of a day", "2026-11-23T23:59:59+01:00", "2026-11-27T00:00+01:00"),
    ("still Sunday in UTC, Monday here", "2026-11-22T23:30+00:00", "2026-11-27T00:00+01:00"),
    ("over the spring change, a day of 23 hours", "2026-03-27T12:00+01:00", "2026-03-31T00:00+02:00"),
    ("over the autumn change, a day of 25 hours", "2026-10-23T12:00+02:00", "2026-10-27T00:00+01:00"),
    ("in the hour that comes twice, first time", "2026-10-25T00:30+00:00", "2026-10-29T00:00+01:00"),
    ("in the hour that comes twice, second time", "2026-10-25T01:30+00:00", "2026-10-29T00:00+01:00"),
    ("over the new year", "2026-12-30T09:00+01:00", "2027-01-03T00:00+01:00"),
    ("over a leap day", "2028-02-27T09:00+01:00", "2028-03-02T00:00+01:00"),
]


@pytest.mark.parametrize(
    ("registered", "due_at"), [row[1:] for row in LETTER_DUE], ids=[r[0] for r in LETTER_DUE]
)
def test_C2_a_letter_is_in_time_until_the_third_local_day_ends(registered: str, due_at: str) -> None:
    assert due(registered, "letter") == at(due_at)


@pytest.mark.parametrize(
    ("zone", "due_at"),
    [
        ("Europe/Stockholm", "2026-11-27T00:00+01:00"),
        ("Europe/Helsinki", "2026-11-28T00:00+02:00"),
        ("Atlantic/Faroe", "2026-11-27T00:00+00:00"),
    ],
)
def test_days_are_those_of_the_organisations_time_zone(zone: str, due_at: str) -> None:
    assert due("2026-11-23T22:30+00:00", "letter", zone) == at(due_at)


def test_C3_C6_C9_each_step_has_its_limit_over_the_winter() -> None:
    planned = plan(at("2026-02-02T08:00+01:00"), LIMITS, STOCKHOLM)
    assert [(p.step, last_day(p.due_at, STOCKHOLM)) for p in planned] == [
        ("contact", date(2026, 2, 2)),
        ("letter", date(2026, 2, 5)),
        ("call", date(2026, 2, 9)),
        ("referral", date(2026, 2, 16)),
        ("training", date(2026, 3, 30)),
        ("follow_up", date(2026, 4, 13)),
        ("erasure", date(2026, 4, 27)),
    ]


def test_C6_the_follow_up_opens_after_eight_weeks_in_summer_time() -> None:
    follow_up = plan(at("2026-02-02T08:00+01:00"), LIMITS, STOCKHOLM)[5]
    assert follow_up.opens_at == at("2026-03-30T00:00+02:00")
    assert follow_up.due_at == at("2026-04-14T00:00+02:00")


def test_C9_the_erasure_opens_when_the_follow_up_has_ended() -> None:
    *_, follow_up, erasure = plan(at("2026-02-02T08:00+01:00"), LIMITS, STOCKHOLM)
    assert erasure.opens_at == follow_up.due_at


def test_the_plan_holds_every_step_once_in_order() -> None:
    assert tuple(p.step for p in plan(at("2026-02-02T08:00+01:00"), LIMITS, STOCKHOLM)) == STEPS


def test_the_limits_are_the_settings() -> None:
    settings = OnboardingSettings(secret_key="k" * 32)
    assert settings.limits == LIMITS
    own = OnboardingSettings(secret_key="k" * 32, letter_days=5)
    letter = plan(at("2026-11-23T10:00+01:00"), own.limits, own.zone)[1]
    assert last_day(letter.due_at, own.zone) == date(2026, 11, 28)


def test_C6_a_follow_up_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValidationError, match="C6"):
        OnboardingSettings(secret_key="k" * 32, follow_up_weeks_from=11)


def test_C2_a_letter_that_may_wait_beyond_its_limit_is_refused() -> None:
    with pytest.raises(ValidationError, match="C2"):
        OnboardingSettings(secret_key="k" * 32, letter_days=0)
    assert OnboardingSettings(secret_key="k" * 32, letter_days=0, letter_wait_hours=0).letter_days == 0
