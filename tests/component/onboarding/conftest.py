"""An onboarding for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.persistence.migrations import upgrade
from tests.component.onboarding.reception import Reception, open_reception
from tests.support.databases import Databases


@pytest.fixture(scope="session")
async def database_template(databases: Databases) -> str:
    """A migrated database, of which each test gets a copy."""
    url = await databases.create()
    await asyncio.to_thread(upgrade, "onboarding", url)
    return url


@pytest.fixture
async def reception(fresh_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Reception]:
    async with open_reception(fresh_database, fresh_vhost, tmp_path) as opened:
        yield opened
