"""How far an edition has come, and when it will be through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.sender.domain.states import State

RATE_OVER = timedelta(seconds=60)
"""The rate is that of the last minute, or of the time since the first mail was accepted."""

GOING = (State.PLANNED, State.CLAIMED, State.SUBMITTING)
"""On their way now."""


@dataclass(frozen=True)
class Counts:
    """What is counted in the ledger for one edition.

    ``announced`` is how many mails the scheduler said there would be, ``tried`` how many were begun at least
    once, ``recent`` how many were accepted in ``RATE_OVER`` before now, ``last_retry`` how long it is until
    the last deferred mail is tried again. ``runs`` is False before the edition is prepared, and while it is
    paused or stopped.
    """

    announced: int | None
    by_state: Mapping[State, int]
    tried: int
    recent: int
    first_accepted: datetime | None
    last_retry: timedelta | None
    runs: bool
    stopped: bool


@dataclass(frozen=True)
class Standing:
    """How far an edition has come.

    ``prepared`` mails stand in the ledger, ``handed_over`` counts those that were begun at least once. What
    is ``deferred`` is ``left``, too, and so is what was announced and is not prepared yet. ``rate`` is in
    accepted mails a second. ``expected_end`` is None when nothing is left, nothing moves, or nothing may.
    """

    prepared: int
    handed_over: int
    accepted: int
    deferred: int
    refused: int
    suppressed: int
    uncertain: int
    bounced: int
    left: int
    rate: float
    expected_end: datetime | None


def standing(counts: Counts, now: datetime) -> Standing:
    """Return how far an edition is, and when it will be through if it goes on like this."""
    prepared = sum(counts.by_state.values())
    to_come = 0 if counts.stopped else max(0, (counts.announced or 0) - prepared)
    going = to_come + sum(counts.by_state.get(state, 0) for state in GOING)
    deferred = counts.by_state.get(State.DEFERRED, 0)
    rate = _rate(counts, now)
    return Standing(
        prepared=prepared,
        handed_over=counts.tried,
        accepted=counts.by_state.get(State.ACCEPTED, 0),
        deferred=deferred,
        refused=counts.by_state.get(State.FAILED, 0),
        suppressed=counts.by_state.get(State.SUPPRESSED, 0),
        uncertain=counts.by_state.get(State.UNCERTAIN, 0),
        bounced=counts.by_state.get(State.BOUNCED, 0),
        left=going + deferred,
        rate=round(rate, 1),
        expected_end=_end(counts, going, rate, now) if going + deferred and counts.runs else None,
    )


def _rate(counts: Counts, now: datetime) -> float:
    if counts.first_accepted is None:
        return 0.0
    return counts.recent / max(min(RATE_OVER, now - counts.first_accepted).total_seconds(), 1.0)


def _end(counts: Counts, going: int, rate: float, now: datetime) -> datetime | None:
    """The later of: when what is going has gone, and when the last deferred mail is tried again."""
    if going and not rate:
        return None
    gone = timedelta(seconds=going / rate if going else 0)
    return now + max(gone, counts.last_retry or timedelta())
