"""How far an edition has come, and when it will be through."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.sender.domain.states import State


@dataclass(frozen=True)
class Forecast:
    """``rate`` in mails a second; ``expected_end`` None when nothing is left or nothing moves."""

    left: int
    rate: float
    expected_end: datetime | None


UNFINISHED = (State.PLANNED, State.CLAIMED, State.SUBMITTING, State.DEFERRED)


def forecast(
    by_state: dict[State, int], recent: int, over: timedelta, began: datetime | None, now: datetime
) -> Forecast:
    """Return what is left and when it will be done, at the rate of the last while (``over``)."""
    left = sum(by_state.get(state, 0) for state in UNFINISHED)
    span = min(over, now - began) if began else over
    rate = recent / max(span.total_seconds(), 1.0)
    end = now + timedelta(seconds=left / rate) if left and rate else None
    return Forecast(left, round(rate, 1), end)
