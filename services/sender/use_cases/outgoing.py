"""The mails at hand in one process: leased, not yet begun. One-to-one mail goes first."""

import asyncio
from itertools import count

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

    @property
    def room(self) -> int:
        return max(0, self._capacity - self._queue.qsize())

    def put(self, leased: Leased) -> None:
        rank = _FIRST if isinstance(leased.mail, LetterMail) else _THEN
        self._queue.put_nowait((rank, next(self._number), leased))

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
            _, _, leased = await self._queue.get()
        finally:
            self._waiting -= 1
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
        self.put(leased)
        return first

    def not_begun(self, leased: Leased) -> None:
        """Take back a mail from a taker that was told to stop."""
        self._not_begun.append(leased)

    def drain(self) -> list[Leased]:
        """Take out what nobody took or began."""
        left, self._not_begun = self._not_begun, []
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
