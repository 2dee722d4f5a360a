"""Limits as token buckets: a mail takes a token, and tokens come back as time passes.

Those of a second come back evenly. Those of an hour or a day come back one by one, each a period after it was
taken: so in no hour and no day, whenever it begins, do more mails leave than the limit says.
"""

import math
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Self

from shared.sending_limits import Rate, read_rates


class Period(StrEnum):
    """What a limit counts over. ``pace``: a second, at a provider that is slowed (``domain.providers``)."""

    SECOND = "second"
    HOUR = "hour"
    DAY = "day"
    PACE = "pace"


_SECONDS = {Period.SECOND: 1, Period.HOUR: 3600, Period.DAY: 86_400, Period.PACE: 1}
SLOW = (Period.HOUR, Period.DAY)
LETTERS_SHARE = 0.1
"""Of a bucket, left to one-to-one mail, which goes before all editions."""
KEPT = timedelta(seconds=2)
"""How long after its time a token is kept for the one-to-one mail that waits for it."""
HELD = timedelta(minutes=1)
"""How long a process may hold a token before the mail leaves: an hour or a day begins with the mail."""
_STEPS = 60
"""Tokens come back at so many moments in a period, which keeps the list of them short."""
MOST_RETURNS = 64
"""Moments that are to come at once: a period of them, ``HELD``, and what rounding adds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Limit:
    """At most ``mails`` a period: so many tokens a full bucket holds, and so many come back in a period."""

    mails: float
    period: Period

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=_SECONDS[self.period])

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

    def due(self, taken: datetime) -> datetime:
        """Return when tokens of an hour or a day come back that were taken at a moment."""
        step = self.length / _STEPS
        return _EPOCH - (_EPOCH - taken - HELD - self.length) // step * step


@dataclass(frozen=True, kw_only=True)
class Bucket(ABC):
    """A limit, and how many tokens there were at a moment.

    ``kept_until``: a one-to-one mail waits for the next token; until then editions get none.
    """

    limit: Limit
    at: datetime
    kept_until: datetime | None = None

    @property
    @abstractmethod
    def tokens(self) -> float:
        """Tokens that are there."""

    @abstractmethod
    def at_moment(self, now: datetime) -> Self:
        """Return it with the tokens that have come since."""

    @abstractmethod
    def without(self, mails: int) -> Self:
        """Return it with so many tokens taken."""

    @abstractmethod
    def with_unused(self, mails: int, taken: datetime) -> Self:
        """Return it with tokens put back that were taken at a moment and not used."""

    @abstractmethod
    def wait_for(self, tokens: float) -> timedelta:
        """Return how long until there are so many tokens."""

    def kept(self) -> Self:
        """Return it with the next token kept for a one-to-one mail."""
        return replace(self, kept_until=self.at + self.wait(1, letters=True) + KEPT)

    def has(self, *, letters: bool) -> int:
        """Return how many mails may go."""
        if self._keeps and not letters:
            return 0
        return max(math.floor(self.tokens + 1e-9 - (0 if letters else self.limit.reserve)), 0)

    def wait(self, mails: int, *, letters: bool) -> timedelta:
        """Return how long until so many mails may go."""
        wait = self.wait_for(mails + (0 if letters else self.limit.reserve))
        return max(wait, self._keeps) if self._keeps and not letters else wait

    @property
    def _keeps(self) -> timedelta | None:
        """For how long a token is still kept, if one is."""
        if self.kept_until is None or self.kept_until <= self.at:
            return None
        return self.kept_until - self.at


@dataclass(frozen=True, kw_only=True)
class EvenBucket(Bucket):
    """Of a second: tokens come back evenly."""

    tokens: float = 0.0

    def at_moment(self, now: datetime) -> Self:
        come = max((now - self.at).total_seconds(), 0.0) * self.limit.rate
        tokens = min(self.tokens + come, self.limit.capacity)
        return replace(self, tokens=tokens, at=max(now, self.at))

    def without(self, mails: int) -> Self:
        return replace(self, tokens=max(self.tokens - mails, 0.0))

    def with_unused(self, mails: int, taken: datetime) -> Self:  # noqa: ARG002  # they come back anyhow
        return replace(self, tokens=min(self.tokens + mails, self.limit.capacity))

    def wait_for(self, tokens: float) -> timedelta:
        return timedelta(seconds=max(tokens - self.tokens, 0.0) / self.limit.rate)


@dataclass(frozen=True, kw_only=True)
class CountingBucket(Bucket):
    """Of an hour or a day: it knows which tokens are out, so that a changed limit holds at once.

    ``out``: how many come back at each moment after ``at``, soonest first.
    """

    out: tuple[tuple[datetime, int], ...] = ()

    @property
    def tokens(self) -> float:
        return max(self._rest, 0.0)

    @property
    def _rest(self) -> float:
        """What is left; less than nothing when the limit was lowered meanwhile."""
        return self.limit.capacity - sum(mails for _, mails in self.out)

    def at_moment(self, now: datetime) -> Self:
        at = max(now, self.at)
        return replace(self, at=at, out=tuple((due, mails) for due, mails in self.out if due > at))

    def without(self, mails: int) -> Self:
        out, due = dict(self.out), self.limit.due(self.at)
        return self._with({**out, due: out.get(due, 0) + mails})

    def with_unused(self, mails: int, taken: datetime) -> Self:
        out, due = dict(self.out), self.limit.due(taken)
        return self._with({**out, due: out.get(due, 0) - mails})

    def _with(self, out: Mapping[datetime, int]) -> Self:
        return replace(self, out=tuple(sorted((due, mails) for due, mails in out.items() if mails > 0)))

    def wait_for(self, tokens: float) -> timedelta:
        """Beyond what is out now, the same comes back a period later again."""
        missing = math.ceil(tokens - self._rest)
        if missing <= 0:
            return timedelta()
        out = self.out or ((self.at + self.limit.length, int(self.limit.capacity)),)
        back = list(accumulate(mails for _, mails in out))
        periods, place = divmod(missing - 1, back[-1])
        due, _ = out[bisect_right(back, place)]
        return due - self.at + periods * self.limit.length


def full(limit: Limit, at: datetime) -> Bucket:
    """Return a bucket from which nothing was taken lately."""
    if limit.period in SLOW:
        return CountingBucket(limit=limit, at=at)
    return EvenBucket(limit=limit, at=at, tokens=limit.capacity)


@dataclass(frozen=True)
class Grant:
    """How many of the mails asked for may go, when they were counted, and the buckets after that."""

    letters: int
    mailings: int
    buckets: tuple[Bucket, ...]
    at: datetime

    def wait(self, mails: int, *, letters: bool) -> timedelta:
        """Return how long until so many more may go."""
        return max((each.wait(mails, letters=letters) for each in self.buckets), default=timedelta())


def grant(buckets: Sequence[Bucket], now: datetime, *, letters: int, mailings: int) -> Grant:
    """Take tokens for as many mails as all limits allow, one-to-one mail first."""
    current = [each.at_moment(now) for each in buckets]
    may_go = min([letters, *(each.has(letters=True) for each in current)])
    rest = [each.without(may_go) for each in current]
    if may_go < letters:
        return Grant(may_go, 0, tuple(each.kept() for each in rest), now)
    mailings = min([mailings, *(each.has(letters=False) for each in rest)])
    return Grant(letters, mailings, tuple(each.without(mailings) for each in rest), now)


def read_limits(text: str) -> tuple[Limit, ...]:
    """Return limits written ``20/second+5000/hour``; raises ValueError."""
    return limits_at(read_rates(text))


def limits_at(rates: Iterable[Rate]) -> tuple[Limit, ...]:
    """Return rates as limits."""
    return tuple(Limit(mails, Period(unit)) for mails, unit in rates)


Limits = Mapping[str, tuple[Limit, ...]]
"""By provider; ``*`` for all others."""
