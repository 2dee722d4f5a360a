"""Resume a provider: a person has looked, and lets mail go again, slowly at first."""

from dataclasses import dataclass

import structlog

from services.sender.adapters import providers
from services.sender.domain.providers import Flow, Provider, Sign, apply
from shared.persistence.database import Database

log = structlog.get_logger(__name__)


class NotPaused(Exception):
    """The provider is not paused."""


@dataclass(frozen=True)
class ResumeProvider:
    """Who did it and why is kept and logged (F4)."""

    database: Database

    async def __call__(self, name: str, who: str, why: str) -> Provider:
        """Let mail go again; every process notices, and what was put off is due. Raises NotPaused."""
        async with self.database.begin() as conn:
            if name not in {each.name for each in await providers.all_known(conn)}:
                raise NotPaused
            (before,), now = await providers.lock(conn, [name])
            if before.flow is not Flow.PAUSED:
                raise NotPaused
            after = apply(before, Sign.RESUMED, now)
            await providers.keep(conn, after)
            await providers.note_resumed(conn, name, who, why)
        log.warning("provider_resumed", provider=name, by=who, why=why)
        return after
