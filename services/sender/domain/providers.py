"""Who receives for an address, and whether mail flows there: a state machine as a table.

A provider that answers 421 or 4xx gets fewer mails a second, and more again step by step. One that blames
*us* (authentication, policy, reputation) in 5 % of its last 200 answers gets none until a person has looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.sender.domain.states import Ignored

WINDOW, BLAMES = 200, 10
"""Ten blames among two hundred answers: 5 %."""
TROUBLED_SHARE = 0.1
"""Of the answers since the last look: below it, single mailboxes are the trouble and not the provider."""
SLOWEST = 1.0
"""Mails a second."""
HALVED_AT_MOST_EVERY = timedelta(seconds=10)
"""So long it takes until a slower pace shows in the answers."""
CALM = timedelta(seconds=30)
"""So long without trouble, and the pace doubles."""
FORGOTTEN_AFTER = timedelta(days=1)


class Flow(StrEnum):
    """How mail flows to a provider."""

    FLOWING = "flowing"
    SLOWED = "slowed"
    PAUSED = "paused"


class Sign(StrEnum):
    """What is seen of a provider, or decided about it."""

    TROUBLED = "troubled"
    """It answered 421, or 4xx that is not about single mailboxes."""
    CALM = "calm"
    """No trouble for a while, and the pace is still below what it was."""
    RECOVERED = "recovered"
    """No trouble for a while at the pace that it had before."""
    BLAMED = "blamed"
    """5 % of its last 200 answers blame us."""
    RESUMED = "resumed"
    """A person has looked, and lets mail go again."""


_PAUSED = Ignored("nothing goes there until a person has looked")
_FREE = Ignored("nothing is held back")
F, S = Flow, Sign
TRANSITIONS: dict[tuple[Flow, Sign], Flow | Ignored] = {
    (F.FLOWING, S.TROUBLED): F.SLOWED,
    (F.FLOWING, S.CALM): _FREE,
    (F.FLOWING, S.RECOVERED): _FREE,
    (F.FLOWING, S.BLAMED): F.PAUSED,
    (F.FLOWING, S.RESUMED): _FREE,
    (F.SLOWED, S.TROUBLED): F.SLOWED,
    (F.SLOWED, S.CALM): F.SLOWED,
    (F.SLOWED, S.RECOVERED): F.FLOWING,
    (F.SLOWED, S.BLAMED): F.PAUSED,
    (F.SLOWED, S.RESUMED): Ignored("it is not paused"),
    (F.PAUSED, S.TROUBLED): _PAUSED,
    (F.PAUSED, S.CALM): _PAUSED,
    (F.PAUSED, S.RECOVERED): _PAUSED,
    (F.PAUSED, S.BLAMED): _PAUSED,
    (F.PAUSED, S.RESUMED): F.SLOWED,
}


@dataclass(frozen=True)
class Provider:
    """A provider that gave trouble lately. ``rate`` and ``ceiling`` in mails a second, while slowed.

    ``blames``: the numbers of the last answers that blamed us, counted like ``answers``.
    """

    name: str
    changed_at: datetime
    troubled_at: datetime
    flow: Flow = Flow.FLOWING
    rate: float | None = None
    ceiling: float | None = None
    answers: int = 0
    blames: tuple[int, ...] = ()
    reply: str = ""

    @property
    def blamed(self) -> int:
        """Return how many of the last 200 answers blame us."""
        return sum(self.answers - number < WINDOW for number in self.blames)


@dataclass(frozen=True)
class Seen:
    """What a process saw of a provider in ``seconds``. ``blames``: which of the answers, counted from 1."""

    answers: int
    seconds: float
    troubled: int = 0
    blames: Sequence[int] = ()
    reply: str = ""

    @property
    def rate(self) -> float:
        return max(self.answers / max(self.seconds, 1.0), SLOWEST)


def notice(provider: Provider, seen: Seen, now: datetime) -> Provider:
    """Return a provider as it is after what was seen of it.

    A single blame is trouble that is remembered for a day, but does not keep a slowed one from its pace.
    """
    known = replace(
        provider,
        answers=provider.answers + seen.answers,
        blames=(*provider.blames, *(provider.answers + number for number in seen.blames))[-BLAMES:],
        reply=seen.reply or provider.reply,
    )
    if seen.blames and known.rate is None:
        known = replace(known, troubled_at=now)
    if known.blamed >= BLAMES:
        return apply(known, Sign.BLAMED, now)
    if seen.troubled and seen.troubled >= TROUBLED_SHARE * seen.answers:
        return _troubled(replace(known, troubled_at=now), seen.rate, now)
    if now - max(known.changed_at, known.troubled_at) < CALM or known.rate is None:
        return known
    return apply(known, Sign.RECOVERED if known.rate * 2 >= (known.ceiling or 0) else Sign.CALM, now)


def _troubled(provider: Provider, rate: float, now: datetime) -> Provider:
    if provider.flow is Flow.SLOWED and now - provider.changed_at < HALVED_AT_MOST_EVERY:
        return provider
    return apply(replace(provider, ceiling=provider.ceiling or rate), Sign.TROUBLED, now)


def apply(provider: Provider, sign: Sign, now: datetime) -> Provider:
    """Return a provider after a sign; unchanged when the table ignores it."""
    flow = TRANSITIONS[provider.flow, sign]
    if isinstance(flow, Ignored):
        return provider
    if flow is not Flow.SLOWED:
        return replace(provider, flow=flow, rate=None, ceiling=None, changed_at=now)
    ceiling = provider.ceiling or SLOWEST * 2**7
    rate = {Sign.TROUBLED: (provider.rate or ceiling) / 2, Sign.CALM: (provider.rate or 0) * 2}.get(
        sign, SLOWEST
    )
    blames = () if sign is Sign.RESUMED else provider.blames
    return replace(
        provider,
        flow=flow,
        rate=min(max(rate, SLOWEST), ceiling),
        ceiling=ceiling,
        blames=blames,
        changed_at=now,
    )
