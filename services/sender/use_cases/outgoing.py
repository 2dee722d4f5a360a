"""The mails at hand in one process: leased, not yet begun. One-to-one mail goes first."""

import asyncio
from collections.abc import Collection
from itertools import count
from uuid import UUID

from services.sender.adapters.leasing import Leased
from services.sender.domain.edition import LetterMail

_FIRST, _THEN, _CLOSED = 0, 1, -1


class Outgoing:
    """A queue between the one who leases and those who hand over."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._number = count()
        self._queue: asyncio.PriorityQueue[tuple[int, int, Leased | None]] = asyncio.PriorityQueue()
        self._low = asyncio.Event()
        self._not_begun: list[Leased] = []
        self._waiting = 0
        self._letters = 0
        self._known: set[UUID] = set()

    @property
    def room(self) -> int:
        return max(0, self._capacity - self._queue.qsize())

    @property
    def letters(self) -> int:
        """How many one-to-one mails are at hand."""
        return self._letters

    @property
    def known(self) -> Collection[UUID]:
        """The ids of the mails at hand, and of those that takers hold and have not begun."""
        return self._known

    def put(self, leased: Leased) -> None:
        letter = isinstance(leased.mail, LetterMail)
        self._letters += letter
        self._known.add(leased.mail_id)
        self._queue.put_nowait((_FIRST if letter else _THEN, next(self._number), leased))

    def let_go(self, leased: Leased) -> None:
        """Forget a mail that its taker has begun, or will not begin."""
        self._known.discard(leased.mail_id)

    def close(self, takers: int) -> None:
        """Tell each of the takers, before anything else, that there is no more."""
        for _ in range(takers):
            self._queue.put_nowait((_CLOSED, next(self._number), None))

    def empty(self) -> bool:
        return self._queue.empty()

    def idle(self, takers: int) -> bool:
        """Whether all of so many takers wait: no mail is at hand, nor in any hands."""
        return self._queue.empty() and self._waiting == takers

    async def take(self) -> Leased | None:
        """Return the next mail, when there is one; None after the close."""
        self._waiting += 1
        try:
            rank, _, leased = await self._queue.get()
        finally:
            self._waiting -= 1
        self._letters -= rank == _FIRST
        if self.room >= self._capacity // 2:
            self._low.set()
        return leased

    def rather(self, leased: Leased) -> Leased:
        """Return a one-to-one mail instead of a mail of an edition, if there is one; that one waits on."""
        if isinstance(leased.mail, LetterMail) or self._queue.empty():
            return leased
        rank, number, first = self._queue.get_nowait()
        if first is None or rank != _FIRST:
            self._queue.put_nowait((rank, number, first))
            return leased
        self._letters -= 1
        self.put(leased)
        return first

    def not_begun(self, leased: Leased) -> None:
        """Take back a mail from a taker that was told to stop."""
        self._not_begun.append(leased)

    def drain(self) -> list[Leased]:
        """Take out what nobody took or began."""
        left, self._not_begun = self._not_begun, []
        self._letters = 0
        while not self._queue.empty():
            _, _, leased = self._queue.get_nowait()
            if leased:
                left.append(leased)
        return left

    async def wait_until_low(self, seconds: float) -> None:
        """Return when half of the mails at hand are gone, or after a time."""
        if self.room < self._capacity // 2:
            self._low.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._low.wait()
        except TimeoutError:
            return
