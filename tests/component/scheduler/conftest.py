"""A scheduler for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.persistence.migrations import upgrade
from tests.component.scheduler.planning import Planning, open_planning
from tests.support.databases import Databases


@pytest.fixture(scope="session")
async def migrated_scheduler(databases: Databases) -> str:
    """A migrated database to copy."""
    url = await databases.create()
    await asyncio.to_thread(upgrade, "scheduler", url)
    return url


@pytest.fixture(scope="session")
async def rolled_back_database(databases: Databases, migrated_scheduler: str) -> str:
    """A database for tests that roll back whatever they do."""
    return await databases.create(template=migrated_scheduler)


@pytest.fixture
async def scheduler_database(databases: Databases, migrated_scheduler: str) -> AsyncIterator[str]:
    url = await databases.create(template=migrated_scheduler)
    yield url
    await databases.drop(url)


@pytest.fixture
async def planning(scheduler_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Planning]:
    async with open_planning(scheduler_database, fresh_vhost, tmp_path) as opened:
        yield opened
