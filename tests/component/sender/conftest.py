"""A sender for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.mail import PrivateSink
from tests.component.sender.post_office import PostOffice, migrate, open_post_office


@pytest.fixture
async def sender_database(fresh_database: str) -> str:
    await asyncio.to_thread(migrate, fresh_database)
    return fresh_database


@pytest.fixture
async def post_office(
    sender_database: str, fresh_vhost: str, sink: PrivateSink, tmp_path: Path
) -> AsyncIterator[PostOffice]:
    async with open_post_office(sender_database, fresh_vhost, sink, tmp_path) as opened:
        yield opened


@pytest.fixture
async def holding_office(
    sender_database: str, fresh_vhost: str, sink: PrivateSink, tmp_path: Path
) -> AsyncIterator[PostOffice]:
    """A sender that holds uncertain mail for the desk."""
    async with open_post_office(
        sender_database, fresh_vhost, sink, tmp_path, uncertain_mail="hold"
    ) as opened:
        yield opened
