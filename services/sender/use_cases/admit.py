"""Admit: of the mails that were leased, which may go now; the others are given back for a while."""

import time
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import zip_longest
from uuid import UUID

from prometheus_client import Counter as Metric

from services.sender.adapters import buckets, leasing
from services.sender.adapters.buckets import Asked, Unused
from services.sender.adapters.leasing import Connection, GivenBack, Leased
from services.sender.adapters.providers import Restraints, held_as_paused, held_in_line
from services.sender.domain.buckets import SLOW, Grant, Limit, Limits
from services.sender.domain.edition import LetterMail
from shared.sending_limits import provider_of

PAUSED_FOR = timedelta(minutes=15)
"""After which a mail to a paused provider is looked at again; whoever resumes it does not wait for that."""
LONGEST_WAIT = timedelta(minutes=5)
"""For tokens: then there may be more of them than now foreseen."""
LONGEST_OF_SLOW = timedelta(hours=1)
"""For tokens of an hour or a day: a long line that comes back sooner is only leased and given back."""
HELD_BACK = Metric("onsdag_mails_held_back_total", "Mails put off before they were begun", ["why"])


@dataclass
class Admission:
    """Lets mails go as the limits of providers and their restraints allow.

    What may not go yet gets a time of its own in the line of its provider, so that it is not taken again and
    again before its turn. Without limits and trouble nothing is asked.
    """

    limits: Limits
    restraints: Restraints
    _lines: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    """By provider: the turns (monotonic seconds) of the mails in line."""

    async def admit(self, conn: Connection, token: int, leased: list[Leased]) -> list[Leased]:
        """Return the mails that may go, one-to-one mail first and those of one provider together."""
        if not (leased and (self.limits or self.restraints.any)):
            return leased
        held: list[GivenBack] = []
        admitted: list[Leased] = []
        limited: dict[str, list[Leased]] = {}
        for provider, mails in _by_provider(leased).items():
            if provider in self.restraints.paused:
                held += [GivenBack(each.mail_id, PAUSED_FOR, held_as_paused(provider)) for each in mails]
            elif self._limits_of(provider):
                limited[provider] = mails
            else:
                admitted += mails
        paused = len(held)
        for provider, granted in (await self._ask(conn, limited)).items():
            may_go, must_wait = _split(limited[provider], granted)
            admitted += [replace(each, token_at=granted.at) for each in may_go]
            held += self._in_line(provider, must_wait, granted)
        if held:
            HELD_BACK.labels(why="limit").inc(len(held) - paused)
            HELD_BACK.labels(why="paused").inc(paused)
            await leasing.give_back(conn, token, held)
        return admitted

    async def put_back(self, conn: Connection, mails: Sequence[Leased]) -> None:
        """Give back the tokens of mails that were admitted and not begun."""
        taken = Counter((provider_of(each.mail.to.address), each.token_at) for each in mails)
        unused = [
            Unused(provider, self._limits_of(provider), count, at)
            for (provider, at), count in taken.items()
            if at is not None
        ]
        if unused:
            await buckets.put_back(conn, unused)

    def _limits_of(self, provider: str) -> tuple[Limit, ...]:
        configured = self.limits.get(provider) or self.limits.get("*") or ()
        return (*configured, *self.restraints.pace(provider))

    async def _ask(self, conn: Connection, limited: Mapping[str, list[Leased]]) -> dict[str, Grant]:
        if not limited:
            return {}
        asked = []
        for provider, mails in limited.items():
            letters = sum(map(_is_letter, mails))
            asked.append(Asked(provider, self._limits_of(provider), letters, len(mails) - letters))
        return await buckets.take(conn, asked)

    def _in_line(self, provider: str, mails: Sequence[Leased], granted: Grant) -> list[GivenBack]:
        now = time.monotonic()
        line = self._lines[provider]
        while line and line[0] <= now:
            line.popleft()
        slow = any(bucket.limit.period in SLOW for bucket in granted.buckets)
        held = []
        for place, each in enumerate(mails, start=1):
            letter = _is_letter(each)
            ahead = 0 if letter else len(line)
            longest = LONGEST_OF_SLOW if slow and not letter else LONGEST_WAIT
            pause = min(granted.wait(place if letter else ahead + 1, letters=letter), longest)
            if not letter:
                line.append(now + pause.total_seconds())
            held.append(GivenBack(each.mail_id, pause, held_in_line(provider)))
        return held


def _by_provider(leased: Sequence[Leased]) -> Mapping[str, list[Leased]]:
    groups: dict[str, list[Leased]] = defaultdict(list)
    for each in leased:
        groups[provider_of(each.mail.to.address)].append(each)
    return groups


def _split(mails: Sequence[Leased], granted: Grant) -> tuple[list[Leased], list[Leased]]:
    letters = [each for each in mails if _is_letter(each)]
    mailings = [each for each in mails if not _is_letter(each)]
    return (
        letters[: granted.letters] + mailings[: granted.mailings],
        letters[granted.letters :] + mailings[granted.mailings :],
    )


def in_turns(leased: Sequence[Leased]) -> list[Leased]:
    """Return mails so that editions take turns: what a limit lets through is shared."""
    editions: dict[UUID | None, list[Leased]] = defaultdict(list)
    for each in leased:
        editions[each.edition_id].append(each)
    if len(editions) == 1:
        return list(leased)
    return [each for turn in zip_longest(*editions.values()) for each in turn if each]


def _is_letter(leased: Leased) -> bool:
    return isinstance(leased.mail, LetterMail)
