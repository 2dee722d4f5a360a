"""How long a Wednesday takes at the permitted rates, and which limit binds.

A limit is a token bucket, as the sender keeps them: full at the start. Tokens of a second come back evenly,
those of an hour or a day a period after they were taken: such mail goes in lumps, a period apart. A tenth of
a bucket is left to one-to-one mail. All limits hold at once, so the slowest decides.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.sending_limits import OTHERS, Unit, provider_of, rates_of_providers, read_rates

Scope = Literal["engine", "relay", "domain"]
LETTERS_SHARE = 0.1

_PERIODS: Mapping[Unit, float] = {"hour": 3600.0, "day": 86_400.0}


@dataclass(frozen=True)
class Limit:
    """At most ``mails`` a ``period``: of our engine, at the relay, or to a recipient ``domain``.

    Domains of a known provider are one, under its name, as the sender counts them.
    """

    scope: Scope
    mails: int
    period: Unit
    domain: str = ""

    @property
    def at_once(self) -> int:
        """Mails of an edition that a full bucket lets through."""
        return self.mails - math.floor(self.mails * LETTERS_SHARE)

    def seconds(self, mails: int) -> float:
        """Return how long so many mails take."""
        waiting = max(0, mails - self.at_once)
        if self.period == "second":
            return waiting / self.mails
        return math.ceil(waiting / self.at_once) * _PERIODS[self.period]


@dataclass(frozen=True)
class Burden:
    """What an edition means to a limit: ``mails`` that fall under it, and the ``seconds`` they take.

    ``domain`` is the limit's, or of those without one of their own the one with most mails.
    """

    limit: Limit
    mails: int
    seconds: float
    domain: str = ""


@dataclass(frozen=True)
class Duration:
    """``burdens`` are slowest first. ``binding`` is None when no limit makes anything wait."""

    seconds: float
    binding: Burden | None
    burdens: tuple[Burden, ...]


def read_limits(scope: Scope, written: str, domain: str = "") -> tuple[Limit, ...]:
    """Return limits written ``20/second+5000/hour``; raise ValueError."""
    return tuple(Limit(scope, mails, unit, domain) for mails, unit in read_rates(written))


def limits_of_domains(written: str) -> tuple[Limit, ...]:
    """Return limits written ``gmail.com=20/second, *=50/second``, by provider; raise ValueError."""
    found = rates_of_providers(written).items()
    return tuple(Limit("domain", mails, unit, name) for name, rates in found for mails, unit in rates)


def duration(domains: Mapping[str, int], limits: tuple[Limit, ...]) -> Duration:
    """Return how long mails take. ``domains`` has their number by recipient domain."""
    counts: Counter[str] = Counter()
    for name, mails in domains.items():
        counts[provider_of(f"@{name}")] += mails
    own = {limit.domain for limit in limits}
    burdens = sorted(
        (_burden(limit, counts, own) for limit in limits), key=lambda burden: burden.seconds, reverse=True
    )
    binding = burdens[0] if burdens and burdens[0].seconds > 0 else None
    return Duration(binding.seconds if binding else 0.0, binding, tuple(burdens))


def _burden(limit: Limit, domains: Mapping[str, int], own: set[str]) -> Burden:
    mails, domain = sum(domains.values()), limit.domain
    if domain == OTHERS:
        others = {name: count for name, count in domains.items() if name not in own}
        domain = max(others, key=lambda name: (others[name], name), default="")
        mails = others.get(domain, 0)
    elif domain:
        mails = domains.get(domain, 0)
    return Burden(limit, mails, limit.seconds(mails), domain)
