"""What is known of a planned mail's delivery. Reports may come twice and in any order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class DeliveryState(StrEnum):
    """planned: decided. The others are the sender's words; a mail whose every section was withdrawn or
    suppressed before it was handed over is suppressed as well."""

    PLANNED = "planned"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"
    ACCEPTED = "accepted"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


_TOLD = {
    DeliveryState.DEFERRED: "Mottagarens server bad oss vänta; avsändaren försöker igen.",
    DeliveryState.UNCERTAIN: "Avsändaren vet inte om servern tog emot brevet.",
    DeliveryState.ACCEPTED: "Servern har tagit emot brevet.",
    DeliveryState.FAILED: "Servern har avvisat brevet.",
    DeliveryState.SUPPRESSED: "Brevet skickades inte: det stoppades efter att mottagarna bestämts.",
}


def told(state: DeliveryState, *, handed: bool) -> str:
    """Return what a desk worker reads of a mail. ``handed``: to the sender."""
    waiting = "Avsändaren har brevet men har inget svar än." if handed else "Brevet har inte lämnats än."
    return _TOLD.get(state, waiting)


FINAL = frozenset({DeliveryState.ACCEPTED, DeliveryState.FAILED, DeliveryState.SUPPRESSED})
"""Nothing comes after these."""

_NEVER = datetime.min.replace(tzinfo=UTC)
_RANK = {state: rank for rank, state in enumerate(DeliveryState)}


@dataclass(frozen=True)
class Delivery:
    """A state and since when. ``at`` is the sender's time of the report; None while planned."""

    state: DeliveryState
    at: datetime | None = None
    reply: str = ""

    def precedence(self) -> tuple[bool, datetime, int]:
        """Sorts what is known: a final state wins, then the later report, then the more certain state."""
        return (self.state in FINAL, self.at or _NEVER, _RANK[self.state])


ADDRESS_GONE = Delivery(DeliveryState.SUPPRESSED, None, "Adressen är borttagen.")
"""What we say of a mail that has no address any more. Whatever the sender reports of it counts more."""


def latest(known: Delivery, reported: Delivery) -> Delivery:
    """Return what is known after a report. Commutative, so that the order of arrival does not matter."""
    return max(known, reported, key=Delivery.precedence)


Tallies = Mapping[DeliveryState, tuple[int, datetime]]
"""For each state that mails are in: how many, and when that last changed."""


def is_settled(counts: Tallies, now: datetime, uncertain_after: timedelta) -> bool:
    """Whether every mail has its outcome. Mails held as uncertain are waited for only so long."""
    if DeliveryState.PLANNED in counts or DeliveryState.DEFERRED in counts:
        return False
    if DeliveryState.UNCERTAIN in counts:
        return now >= max(at for _, at in counts.values()) + uncertain_after
    return True


def stopped_because(reason: str) -> str:
    """Return what is said of a mail of a stopped edition that was not sent: one line of 500 at most."""
    return f"Utskicket stoppades: {reason}"[:500]
