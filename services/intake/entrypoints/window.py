"""The service window: what the routes work with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.entrypoints.problems import explained
from services.intake.use_cases.desk import By, Desk
from shared.persistence.database import Database
from shared.web.idempotency import Answer, Idempotency, Write
from shared.web.tokens import ApiTokens, Principal


@dataclass(frozen=True)
class Window:
    """Made once in ``create_app``."""

    database: Database
    desk: Desk
    tokens: ApiTokens
    idempotency: Idempotency

    async def write(
        self, write: Write, caller: Principal, effect: Callable[[AsyncConnection], Awaitable[Answer]]
    ) -> Response:
        """Run a write once; what it refuses becomes a problem."""
        with explained():
            return await self.idempotency.run(write, caller.subject, effect)


def by(caller: Principal) -> By:
    """Return who does something: an orderer sees and orders for nobody else."""
    return By(caller.subject, only_own=caller.role == "orderer")
