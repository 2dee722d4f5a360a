"""Limits as token buckets: a mail takes a token, and tokens come back as time passes."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.sending_limits import Rate, read_rates


class Period(StrEnum):
    """What a limit counts over. ``pace``: a second, at a provider that is slowed (``domain.providers``)."""

    SECOND = "second"
    HOUR = "hour"
    DAY = "day"
    PACE = "pace"


_SECONDS = {Period.SECOND: 1, Period.HOUR: 3600, Period.DAY: 86_400, Period.PACE: 1}
LETTERS_SHARE = 0.1
"""Of a bucket, left to one-to-one mail, which goes before all editions."""
KEPT = timedelta(seconds=2)
"""How long after its time a token is kept for the one-to-one mail that waits for it."""


@dataclass(frozen=True)
class Limit:
    """At most ``mails`` a period: so many tokens a full bucket holds, and so many come back in a period."""

    mails: float
    period: Period

    @property
    def rate(self) -> float:
        """Tokens a second."""
        return self.mails / _SECONDS[self.period]

    @property
    def capacity(self) -> float:
        return max(self.mails, 1.0)

    @property
    def reserve(self) -> float:
        """Tokens that editions leave to one-to-one mail: none of a bucket of less than ten."""
        return math.floor(self.capacity * LETTERS_SHARE)


@dataclass(frozen=True)
class Bucket:
    """A limit, and how many tokens there were at a moment.

    ``kept_until``: a one-to-one mail waits for the next token; until then editions get none.
    """

    limit: Limit
    tokens: float
    at: datetime
    kept_until: datetime | None = None

    def at_moment(self, now: datetime) -> "Bucket":
        """Return it with the tokens that have come since."""
        come = max((now - self.at).total_seconds(), 0.0) * self.limit.rate
        tokens = min(self.tokens + come, self.limit.capacity)
        return replace(self, tokens=tokens, at=max(now, self.at))

    def changed(self, tokens: float) -> "Bucket":
        """Return it with some tokens more or fewer."""
        return replace(self, tokens=min(max(self.tokens + tokens, 0.0), self.limit.capacity))

    def kept(self) -> "Bucket":
        """Return it with the next token kept for a one-to-one mail."""
        return replace(self, kept_until=self.at + self.wait(1, letters=True) + KEPT)

    def has(self, *, letters: bool) -> int:
        """Return how many mails may go."""
        if self._keeps and not letters:
            return 0
        return max(math.floor(self.tokens + 1e-9 - (0 if letters else self.limit.reserve)), 0)

    def wait(self, mails: int, *, letters: bool) -> timedelta:
        """Return how long until so many mails may go."""
        missing = mails - self.tokens + (0 if letters else self.limit.reserve)
        wait = timedelta(seconds=max(missing, 0.0) / self.limit.rate)
        return max(wait, self._keeps) if self._keeps and not letters else wait

    @property
    def _keeps(self) -> timedelta | None:
        """For how long a token is still kept, if one is."""
        if self.kept_until is None or self.kept_until <= self.at:
            return None
        return self.kept_until - self.at


@dataclass(frozen=True)
class Grant:
    """How many of the mails asked for may go, and the buckets after that."""

    letters: int
    mailings: int
    buckets: tuple[Bucket, ...]

    def wait(self, mails: int, *, letters: bool) -> timedelta:
        """Return how long until so many more may go."""
        return max((each.wait(mails, letters=letters) for each in self.buckets), default=timedelta())


def grant(buckets: Sequence[Bucket], now: datetime, *, letters: int, mailings: int) -> Grant:
    """Take tokens for as many mails as all limits allow, one-to-one mail first."""
    current = [each.at_moment(now) for each in buckets]
    may_go = min([letters, *(each.has(letters=True) for each in current)])
    rest = [each.changed(-may_go) for each in current]
    if may_go < letters:
        return Grant(may_go, 0, tuple(each.kept() for each in rest))
    mailings = min([mailings, *(each.has(letters=False) for each in rest)])
    return Grant(letters, mailings, tuple(each.changed(-mailings) for each in rest))


def read_limits(text: str) -> tuple[Limit, ...]:
    """Return limits written ``20/second+5000/hour``; raises ValueError."""
    return limits_at(read_rates(text))


def limits_at(rates: Iterable[Rate]) -> tuple[Limit, ...]:
    """Return rates as limits."""
    return tuple(Limit(mails, Period(unit)) for mails, unit in rates)


Limits = Mapping[str, tuple[Limit, ...]]
"""By provider; ``*`` for all others."""
