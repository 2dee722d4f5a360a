"""The way out: relays with weights, connections opened when needed, and a rest when there is trouble.

Trouble rests a relay, for everybody, and no recipient; the others take over.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog
from prometheus_client import Counter, Gauge

from services.sender.adapters.relay import Relay
from services.sender.adapters.smtp import RouteProblem, SmtpConnection
from services.sender.domain.replies import one_line, without_addresses

log = structlog.get_logger(__name__)

SHORTEST_REST, LONGEST_REST = 1.0, 60.0
LONGEST_LOOK = 1.0
"""Seconds after which one who waits for tokens looks again."""

TROUBLES = Counter("onsdag_relay_troubles_total", "Times a relay could not be used", ["relay"])
CONNECTIONS = Gauge("onsdag_relay_connections", "Open connections to a relay", ["relay"])


class Allowance(Protocol):
    """Leave to hand mail to relays."""

    async def take(self, relay: str, *, letter: bool) -> float:
        """Return 0 if a mail may go now, else how many seconds there is to wait."""
        ...

    def give(self, relay: str) -> None:
        """Give back a leave that was not used."""
        ...


@dataclass(eq=False)
class Route:
    """A relay and how it is, in this process. ``smtputf8``: whether it takes any address, if known."""

    relay: Relay
    connections: int = 0
    problem: str = ""
    smtputf8: bool | None = None
    _rest: float = 0.0
    _rests_until: float = 0.0
    _tried: bool = False

    @property
    def name(self) -> str:
        return self.relay.name

    @property
    def rests(self) -> float:
        """Return how many seconds it still rests."""
        return max(self._rests_until - time.monotonic(), 0.0)

    @property
    def ready(self) -> bool:
        """Whether it can be tried. After trouble one tries, and the others wait for how that goes."""
        return not self.rests and not (self._rest and self._tried)

    @property
    def troubled(self) -> bool:
        """Whether no mail has got through since the last trouble."""
        return self._rest > 0

    async def connect(self) -> SmtpConnection | None:
        """Return a connection, None when there is trouble."""
        self._tried = True
        self.count(1)
        try:
            connection = await self.relay.connect()
        except BaseException as problem:
            self.count(-1)
            if not isinstance(problem, RouteProblem):
                raise
            self.trouble(problem)
            return None
        finally:
            self._tried = False
        self.smtputf8 = connection.smtputf8
        return connection

    def count(self, change: int) -> None:
        self.connections += change
        CONNECTIONS.labels(relay=self.name).set(self.connections)

    def works(self) -> None:
        """Note that a mail had its answer, or a recipient: trouble begins anew."""
        self._rest, self.problem = 0.0, ""

    def trouble(self, problem: RouteProblem) -> None:
        """Rest: 1 s, doubling to a minute, until a mail gets through to its recipient's answer."""
        if self.rests:
            return
        self._rest = min(max(self._rest * 2, SHORTEST_REST), LONGEST_REST)
        self._rests_until = time.monotonic() + self._rest
        self.problem = without_addresses(one_line(str(problem)))
        TROUBLES.labels(relay=self.name).inc()
        log.warning("relay_in_trouble", relay=self.name, rest=self._rest, problem=self.problem)


@dataclass
class Line:
    """A connection on its route."""

    route: Route
    connection: SmtpConnection

    async def close(self) -> None:
        self.route.count(-1)
        await self.connection.close()


@dataclass
class Routes:
    """All relays of this process. Those with weight 0 stand by for when no other can be used."""

    routes: Sequence[Route]
    allowance: Allowance

    async def open(self, *, letter: bool) -> tuple[Line | None, float]:
        """Return a line with leave for one mail, or how many seconds to wait before trying again."""
        return await self._try(self.routes, letter=letter)

    async def leave(self, line: Line, *, letter: bool) -> float:
        """Return 0 if a mail may go on a line now, else how many seconds there is to wait."""
        return await self.allowance.take(line.route.name, letter=letter)

    async def another(self, line: Line, *, letter: bool) -> Line | None:
        """Return a line on another relay, with leave for one mail, if there is one at once."""
        others = [route for route in self.routes if route is not line.route]
        return (await self._try(others, letter=letter))[0]

    async def beyond_ascii(self, line: Line, *, letter: bool) -> Line | None:
        """Return a line on another relay that takes any address, with leave for one mail, if there is one."""
        others = [route for route in self.routes if route is not line.route and route.smtputf8 is not False]
        found, _ = await self._try(others, letter=letter)
        if found and not found.connection.smtputf8:
            self.allowance.give(found.route.name)
            await found.close()
            return None
        return found

    @property
    def all_ascii(self) -> bool:
        """Whether every relay has said that it takes no address beyond ASCII."""
        return all(route.smtputf8 is False for route in self.routes)

    async def _try(self, routes: Sequence[Route], *, letter: bool) -> tuple[Line | None, float]:
        """Return a line, or how many seconds to wait before trying again."""
        waits = [LONGEST_LOOK]
        for route in _in_order(routes):
            if patience := await self.allowance.take(route.name, letter=letter):
                waits.append(patience)
            elif connection := await route.connect():
                return Line(route, connection), 0.0
            else:
                self.allowance.give(route.name)
        if any(route.ready for route in routes):
            return None, min(waits)
        return None, min((route.rests or LONGEST_LOOK for route in routes), default=LONGEST_LOOK)


def _in_order(routes: Sequence[Route]) -> list[Route]:
    """Return the routes that can be tried, the one furthest below its share first."""
    return sorted((route for route in routes if route.ready), key=_load)


def _load(route: Route) -> tuple[bool, float]:
    return route.relay.weight == 0, (route.connections + 1) / max(route.relay.weight, 1)


async def until(stop: asyncio.Event, seconds: float) -> None:
    """Wait for a time, or until told to stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
