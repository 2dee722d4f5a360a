"""An intake for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.persistence.migrations import upgrade
from tests.component.intake.office import DESK, Office, open_office
from tests.support.databases import Databases


@pytest.fixture(scope="session")
async def database_template(databases: Databases) -> str:
    """A migrated database, of which each test gets a copy."""
    url = await databases.create()
    await asyncio.to_thread(upgrade, "intake", url)
    return url


@pytest.fixture
async def office(fresh_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(fresh_database, fresh_vhost, tmp_path) as opened:
        yield opened


@pytest.fixture
async def reviewing_office(fresh_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(fresh_database, fresh_vhost, tmp_path, review="desk") as opened:
        yield opened


@pytest.fixture
async def desk_office(fresh_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(
        fresh_database, fresh_vhost, tmp_path, desk_people=f"x@example.org, {DESK}"
    ) as opened:
        yield opened


@pytest.fixture
async def sweeping_office(fresh_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(fresh_database, fresh_vhost, tmp_path, answer_sweep_seconds=0.05) as opened:
        yield opened
