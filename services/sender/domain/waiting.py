"""The time that a server names: "try again in 300 seconds" (greylisting, rate limits)."""

import re
from datetime import timedelta

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=1)

_SECONDS = {"s": 1, "m": 60, "h": 3600, "t": 3600}
"""By the first letter of the unit; Swedish hours are *timmar*."""
_UNITS = "s|secs?|seconds?|sekunder|m|mins?|minutes?|minut|minuter|h|hrs?|hours?|timme|timmar"
_CLOCK = "([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])"
_AMOUNT = rf"([0-9]{{1,6}})(?: ?({_UNITS})\b|(?!\s*[a-z]))"
_NAMED = re.compile(
    r"\b(?:again|retry|back|later|gr[ea]ylist(?:ed|ing)?|wait|delay(?:ed)?|igen)\b[\s,:=-]*"
    rf"(?:(?:in|after|for|at least|another|about|om)\b[\s:=]*)*(?:{_CLOCK}|{_AMOUNT})(?![\w:/-]|\.[0-9])"
)


def named_pause(text: str) -> timedelta | None:
    """Return how long a reply asks us to wait, between a minute and a day; None when it names no time.

    A number without a unit counts as seconds, as in HTTP's Retry-After.
    """
    said = _NAMED.search(text.lower())
    if said is None:
        return None
    hours, minutes, seconds, amount, unit = said.groups()
    if amount:
        named = int(amount) * _SECONDS[(unit or "s")[0]]
    else:
        named = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return min(max(timedelta(seconds=named), SHORTEST), LONGEST)
