"""What a Wednesday's mails come to, from how many are alike. Counts only: no names, no addresses."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from services.scheduler.domain.mail_sizes import in_language, mail_bytes

BIGGEST = 10
"""How many of the biggest kinds of mail are told."""

Sizes = Mapping[int, Mapping[str, int]]
"""The bytes of the section at each position, in each of its languages."""


@dataclass(frozen=True)
class AlikeMails:
    """Mails with the same sections (positions, from 1) in the same language. ``example`` is one's mailbox."""

    sections: tuple[int, ...]
    language: str
    mails: int
    example: int


@dataclass(frozen=True)
class AlikePeople:
    """People (their numbers) who get the same sections."""

    sections: tuple[int, ...]
    people: Sequence[int]


@dataclass(frozen=True)
class Collision:
    """Two orders that the same people get: merging these two alone saves as many mails (A6)."""

    first: int
    second: int
    people: int


@dataclass(frozen=True)
class SizedMails:
    """Mails that are alike, and the estimated bytes of each."""

    alike: AlikeMails
    bytes: int


@dataclass(frozen=True)
class Measured:
    """The sizes of an edition's mails, in estimated bytes. ``fullest`` has the most sections.

    ``too_big`` mails carry teasers instead of their longest texts; the total counts them at the limit.
    """

    total_bytes: int
    too_big: int
    biggest: tuple[SizedMails, ...]
    fullest: SizedMails | None
    by_sections: Mapping[int, int]


def collisions(people: Iterable[AlikePeople]) -> list[Collision]:
    """Return each pair of positions that somebody gets both of, the largest first."""
    shared: Counter[tuple[int, int]] = Counter()
    for alike in people:
        for pair in combinations(alike.sections, 2):
            shared[pair] += len(alike.people)
    found = [Collision(first, second, count) for (first, second), count in shared.items()]
    return sorted(found, key=lambda pair: (-pair.people, pair.first, pair.second))


def measure(mails: Iterable[AlikeMails], sizes: Sizes, limit: int) -> Measured:
    """Return what mails weigh. ``limit``: the bytes above which a mail is too big."""
    sized = [
        SizedMails(alike, mail_bytes(in_language(sizes[place], alike.language) for place in alike.sections))
        for alike in mails
    ]
    by_sections: Counter[int] = Counter()
    for each in sized:
        by_sections[len(each.alike.sections)] += each.alike.mails
    by_size = sorted(sized, key=lambda each: (-each.bytes, each.alike.example))
    return Measured(
        total_bytes=sum(min(each.bytes, limit) * each.alike.mails for each in sized),
        too_big=sum(each.alike.mails for each in sized if each.bytes > limit),
        biggest=tuple(by_size[:BIGGEST]),
        fullest=max(by_size, key=lambda each: len(each.alike.sections), default=None),
        by_sections=dict(sorted(by_sections.items())),
    )


def people_by_position(people: Iterable[AlikePeople]) -> dict[int, list[int]]:
    """Return the people of each position."""
    found: dict[int, list[int]] = {}
    for alike in people:
        for position in alike.sections:
            found.setdefault(position, []).extend(alike.people)
    return found
