"""Chance that gives the same on every machine and every version of Python."""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws that rest on ``random.random`` alone, the one method whose results are promised to stay."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def happens(self, share: float) -> bool:
        return self._random.random() < share

    def below(self, number: int) -> int:
        """Return a whole number from 0, below ``number``."""
        return int(self._random.random() * number)

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def weighed(self, shares: Mapping[T, float]) -> T:
        """Pick a key with the share that is its value."""
        left = self._random.random() * sum(shares.values())
        for choice, share in shares.items():
            left -= share
            if left < 0:
                return choice
        return choice
