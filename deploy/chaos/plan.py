"""What is done to the senders and their servers, and when: the same for the same seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 4.0  # seconds
OTHER_EVERY = 10
"""For ten kills there is one of each other disturbance."""


class Kind(StrEnum):
    """A disturbance."""

    KILL = "kill"
    """SIGKILL to a sender that has connections to the relay."""
    STALL = "stall"
    """SIGSTOP to one, for longer than its lease; then it goes on."""
    RESTART_BROKER = "restart-broker"
    CRASH_BROKER = "crash-broker"
    RESTART_DATABASE = "restart-database"
    CRASH_DATABASE = "crash-database"


_BROKER = (Kind.CRASH_BROKER, Kind.RESTART_BROKER)
_DATABASE = (Kind.CRASH_DATABASE, Kind.RESTART_DATABASE)


@dataclass(frozen=True)
class Disturbance:
    """``chance`` (0 to 1) picks the victim among those at work; ``pause`` is in seconds.

    A kill comes so long after its victim was picked, any other so long after the disturbance before.
    """

    kind: Kind
    pause: float
    chance: float


def plan(kills: int, seed: int) -> Iterator[Disturbance]:
    """Yield the disturbances of a run: so many kills, the others at random places among them."""
    chance = random.Random(seed)
    others = max(1, kills // OTHER_EVERY)
    kinds = [Kind.STALL] * (kills // OTHER_EVERY)
    kinds += [_BROKER[number % 2] for number in range(others)]
    kinds += [_DATABASE[number % 2] for number in range(others)]
    kinds += [Kind.KILL] * (kills - 1)
    chance.shuffle(kinds)
    for kind in (*kinds, Kind.KILL):  # a kill is the last: nothing heals what comes after it but the sender
        yield Disturbance(kind, chance.uniform(SHORTEST_PAUSE, LONGEST_PAUSE), chance.random())
