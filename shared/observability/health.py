"""Health: alive is the process; ready is database, broker, consumers and migration level."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from faststream.rabbit import RabbitBroker
from faststream_outbox import OutboxBroker

from shared.persistence.database import Database
from shared.persistence.migrations import current, head

Check = Callable[[], Awaitable[str | None]]
"""Returns None when all is well, else a sentence."""

TIMEOUT_SECONDS = 3.0


@dataclass(frozen=True)
class Readiness:
    """The checks of one service, by name."""

    checks: dict[str, Check]

    async def report(self) -> dict[str, str]:
        """Run every check; return "ok" or what is wrong for each."""
        return {name: await _safe(check) for name, check in self.checks.items()}


async def _safe(check: Check) -> str:
    try:
        return await check() or "ok"
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"


def migrated(database: Database, service: str) -> Check:
    """The database answers and its schema is at the revision this code was written for."""

    async def check() -> str | None:
        async with database.begin() as conn:
            found, wanted = await current(conn), head(service)
        return None if found == wanted else f"schema is at {found or 'nothing'}, this version needs {wanted}"

    return check


def connected(bus: RabbitBroker) -> Check:
    """The broker answers."""

    async def check() -> str | None:
        return None if await bus.ping(TIMEOUT_SECONDS) else "no connection to RabbitMQ"

    return check


def consuming(bus: RabbitBroker) -> Check:
    """Every subscriber of the bus runs."""

    async def check() -> str | None:
        silent = [str(s) for s in bus.subscribers if not s.running]
        return f"{len(silent)} of {len(bus.subscribers)} consumers do not run" if silent else None

    return check


def relaying(outbox: OutboxBroker) -> Check:
    """The outbox relay runs."""

    async def check() -> str | None:
        return None if await outbox.ping(TIMEOUT_SECONDS) else "the outbox relay does not run"

    return check
