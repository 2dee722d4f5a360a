"""When a mail that could not be delivered is tried again."""

from datetime import timedelta

FIRST = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
LONGEST = timedelta(hours=4)
GIVE_UP = timedelta(days=4)
BROKEN_LONGEST = timedelta(minutes=5)


def pause_after(attempts: int) -> timedelta | None:
    """Return how long to wait after attempt number ``attempts`` was answered 4xx.

    5, 15 and 30 minutes, doubling to four hours; None when four days have been spent waiting.
    """
    pauses = [_pause(n) for n in range(1, attempts + 1)]
    return pauses[-1] if sum(pauses, timedelta()) <= GIVE_UP else None


def _pause(attempt: int) -> timedelta:
    if attempt <= len(FIRST):
        return FIRST[attempt - 1]
    doublings: int = 2 ** min(attempt - len(FIRST), 8)
    return min(FIRST[-1] * doublings, LONGEST)


def pause_after_break(attempts: int) -> timedelta:
    """Return how long a mail waits whose connection broke: 1, 4, 16 … s to 5 min.

    It is the route that rests; this only keeps a mail that breaks every connection from being always next.
    """
    seconds: int = 4 ** min(attempts - 1, 8)
    return min(timedelta(seconds=seconds), BROKEN_LONGEST)
