"""A compliance for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.persistence.migrations import upgrade
from tests.component.compliance.post import Post, open_post
from tests.support.databases import Databases


@pytest.fixture(scope="session")
async def database_template(databases: Databases) -> str:
    """A migrated database, of which each test gets a copy."""
    url = await databases.create()
    await asyncio.to_thread(upgrade, "compliance", url)
    return url


@pytest.fixture
async def post(fresh_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Post]:
    async with open_post(fresh_database, fresh_vhost, tmp_path) as opened:
        yield opened
