"""An intake for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.component.intake.office import Office, migrate, open_office


@pytest.fixture
def intake_database(fresh_database: str) -> str:
    migrate(fresh_database)
    return fresh_database


@pytest.fixture
async def office(intake_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(intake_database, fresh_vhost, tmp_path) as opened:
        yield opened


@pytest.fixture
async def reviewing_office(intake_database: str, fresh_vhost: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(intake_database, fresh_vhost, tmp_path, review="desk") as opened:
        yield opened
