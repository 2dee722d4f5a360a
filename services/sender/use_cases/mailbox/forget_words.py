"""Forget the words of messages that nobody needs any more (F5). A sweeper."""

from dataclasses import dataclass
from datetime import timedelta

from services.sender.adapters.mailbox import desk
from shared.clock import Clock
from shared.persistence.database import Database


@dataclass(frozen=True)
class ForgetWords:
    """``keep``: how long after a message came."""

    database: Database
    clock: Clock
    keep: timedelta

    async def __call__(self) -> None:
        async with self.database.begin() as conn:
            await desk.forget_words(conn, self.clock.now() - self.keep)
