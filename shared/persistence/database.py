"""A service's own part of the database: a schema named after the service, and a pool."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import MetaData
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


def new_metadata() -> MetaData:
    """Return metadata whose constraints all have predictable names."""
    return MetaData(naming_convention=NAMING)


def engine_for(url: str, schema: str, *, pool_size: int = 10, max_overflow: int = 20) -> AsyncEngine:
    """Return an engine whose connections see one schema. ``url`` may name any PostgreSQL driver."""
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_pre_ping=True,
        hide_parameters=True,  # B6: no personal data in an error message
        connect_args={
            "server_settings": {
                "search_path": schema,
                "application_name": f"onsdag-{schema}",
                "idle_in_transaction_session_timeout": "120000",
                "random_page_cost": "1.1",  # what an index costs where nothing has to turn
            }
        },
    )


class Database:
    """Transactions of one service."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed at the end, rolled back by an exception."""
        async with self.engine.begin() as conn:
            yield conn

    async def close(self) -> None:
        await self.engine.dispose()
