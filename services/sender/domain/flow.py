"""Whether an edition's mails may go: the scheduler pauses, resumes and stops it."""

from dataclasses import dataclass
from enum import StrEnum


class Flow(StrEnum):
    """running: its mails go. paused: no further one begins. stopped: none ever does."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Ordered:
    """What was last ordered, by its number: the scheduler counts its decisions."""

    flow: Flow
    sequence: int


def after(known: Ordered, given: Ordered) -> Ordered:
    """Return what holds after an order. A late one changes nothing, and nothing takes back a stop."""
    if known.flow is Flow.STOPPED or given.sequence <= known.sequence:
        return known
    return given
