"""When a mail that could not be delivered is tried again."""

from datetime import timedelta

FIRST = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
LONGEST = timedelta(hours=4)
GIVE_UP = timedelta(days=4)
"""After so long a 4xx is final, and so is a refusal that blames us."""
AFTER_BLAME, AFTER_BLAME_LONGEST = timedelta(hours=4), timedelta(days=1)
BROKEN_LONGEST = timedelta(minutes=5)
RESEND_AFTER = (timedelta(0), timedelta(seconds=10), timedelta(minutes=1))
"""After a mail became uncertain for the first time, the second, the third: then it is held for the desk."""


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after attempt number ``attempts`` was answered 4xx.

    5, 15 and 30 minutes, doubling to four hours.
    """
    if attempts <= len(FIRST):
        return FIRST[attempts - 1]
    doublings: int = 2 ** min(attempts - len(FIRST), 8)
    return min(FIRST[-1] * doublings, LONGEST)


def pause_after_blame(attempts: int) -> timedelta:
    """Return how long to wait after a refusal that blames us: time for a person, and few attempts.

    Four hours, doubling to a day.
    """
    doublings: int = 2 ** min(attempts - 1, 8)
    return min(AFTER_BLAME * doublings, AFTER_BLAME_LONGEST)


def pause_after_break(attempts: int) -> timedelta:
    """Return how long a mail waits whose connection broke: 1, 4, 16 … s to 5 min.

    It is the route that rests; this only keeps a mail that breaks every connection from being always next.
    """
    seconds: int = 4 ** min(attempts - 1, 8)
    return min(timedelta(seconds=seconds), BROKEN_LONGEST)
