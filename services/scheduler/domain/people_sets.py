"""Sets of people as bits: person 17 is bit 17. An eighth of a byte for each person in the register."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Movement:
    """How a set of people changed. ``before`` is how many they were."""

    before: int
    joined: int
    left: int

    @property
    def percent(self) -> float:
        """Who joined and who left, in percent of those before."""
        return 100 * (self.joined + self.left) / max(1, self.before)


def pack(people: Iterable[int]) -> bytes:
    """Return people's numbers as bits."""
    numbers = list(people)
    bits = bytearray(max(numbers, default=-1) // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return bytes(bits)


def movement(before: bytes, now: bytes) -> Movement:
    """Return who joined and who left, in numbers."""
    old, new = int.from_bytes(before, "little"), int.from_bytes(now, "little")
    return Movement(old.bit_count(), (new & ~old).bit_count(), (old & ~new).bit_count())
