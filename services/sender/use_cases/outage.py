"""Waiting for a database that is away: what a worker has begun does not end because of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
import structlog

from shared.persistence.outages import is_outage

log = structlog.get_logger(__name__)

T = TypeVar("T")

PAUSE = 0.5
_AWAY = (
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TransactionRollbackError,
)
"""What a bare connection raises; the last when two transactions stood in each other's way (a deadlock)."""


async def when_it_answers(ask: Callable[[], Awaitable[T]]) -> T:
    """Return what the database answers, asking again for as long as it is away."""
    while True:
        try:
            return await ask()
        except Exception as problem:
            if not (is_outage(problem) or isinstance(problem, _AWAY)):
                raise
            log.warning("database_away", problem=f"{type(problem).__name__}: {problem}")
        await asyncio.sleep(PAUSE)
