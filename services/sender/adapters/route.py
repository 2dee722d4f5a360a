"""The route to the relay: connections open when they are needed, and a rest when the relay is in trouble."""

import asyncio
import time

import structlog

from services.sender.adapters.smtp import Relay, RouteProblem, SmtpConnection

log = structlog.get_logger(__name__)

SHORTEST_REST, LONGEST_REST = 1.0, 60.0


class Route:
    """A relay and how it is. Trouble rests the route for everybody, and no recipient."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._rest = 0.0
        self._rests_until = 0.0

    async def open(self, stop: asyncio.Event) -> SmtpConnection | None:
        """Return a connection, as soon as there is one; None when told to stop before."""
        while not stop.is_set():
            wait = self._rests_until - time.monotonic()
            if wait > 0:
                await _until(stop, wait)
                continue
            try:
                connection = await self._relay.connect()
            except RouteProblem as problem:
                self.trouble(problem)
            else:
                self._rest = 0.0
                return connection
        return None

    def trouble(self, problem: RouteProblem) -> None:
        """Rest: 1 s, doubling to a minute, until a connection succeeds."""
        if time.monotonic() < self._rests_until:
            return
        self._rest = min(max(self._rest * 2, SHORTEST_REST), LONGEST_REST)
        self._rests_until = time.monotonic() + self._rest
        log.warning("relay_in_trouble", rest=self._rest, problem=str(problem))


async def _until(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
