"""Limits of sending mean the same to who keeps them and to who foresees them."""

from datetime import UTC, datetime, timedelta

import pytest

from services.scheduler.domain.sending_rates import duration
from services.scheduler.settings import SchedulerSettings
from services.sender.domain.buckets import Limit, full, grant
from services.sender.settings import SenderSettings
from shared.sending_limits import rates_of_providers

SECRET = "0123456789abcdef0123456789abcdef"
WRITTEN = "Gmail.com=20/second+5000/hour, outlook.se=900/hour, telia.com=1/second, *=50/second"
NOW = datetime(2027, 2, 17, 8, tzinfo=UTC)
MAILS = {"gmail.com": 7000, "googlemail.com": 900, "hotmail.com": 3000, "telia.com": 4000, "example.se": 60}


def test_the_sender_and_the_forecast_read_the_same_limits() -> None:
    kept = SenderSettings(secret_key=SECRET, domain_limits=WRITTEN).limits_of_domains
    foreseen = SchedulerSettings(secret_key=SECRET, engine_limits="", domain_limits=WRITTEN).limits
    assert [(limit.domain, limit.mails, limit.period) for limit in foreseen] == [
        (provider, limit.mails, limit.period) for provider, limits in kept.items() for limit in limits
    ]
    assert list(kept) == ["google", "microsoft", "telia", "*"]


def test_the_forecast_takes_as_long_as_the_senders_buckets_do() -> None:
    """But for what the sender waits beyond an hour, to be sure (``HELD``, and rounding)."""
    kept = SenderSettings(secret_key=SECRET, domain_limits=WRITTEN).limits_of_domains
    foreseen = SchedulerSettings(secret_key=SECRET, engine_limits="", domain_limits=WRITTEN).limits
    for burden in duration(MAILS, foreseen).burdens:
        limit = next(each for each in kept[burden.limit.domain] if each.period == burden.limit.period)
        took = time_taken(limit, burden.mails).total_seconds()
        assert burden.seconds - 1 <= took <= burden.seconds * 62 / 60 + 1


def time_taken(limit: Limit, mails: int) -> timedelta:
    """Return how long the sender takes for mails of an edition that come to a full bucket."""
    bucket, now = full(limit, NOW), NOW
    while mails:
        granted = grant([bucket], now, letters=0, mailings=mails)
        mails -= granted.mailings
        (bucket,) = granted.buckets
        now += bucket.wait(1, letters=False) if mails else timedelta()
    return now - NOW


def test_what_binds_is_a_provider_with_all_its_domains() -> None:
    limits = SchedulerSettings(secret_key=SECRET, domain_limits=WRITTEN).limits
    binding = duration(MAILS, limits).binding
    assert binding is not None
    assert (binding.domain, binding.mails, binding.limit.period) == ("microsoft", 3000, "hour")
    google = next(each for each in duration(MAILS, limits).burdens if each.domain == "google")
    assert google.mails == 7900


def test_two_limits_for_one_provider_are_refused() -> None:
    with pytest.raises(ValueError, match=r"google has two limits: .* one provider"):
        rates_of_providers("gmail.com=1/hour, googlemail.com=2/hour")
