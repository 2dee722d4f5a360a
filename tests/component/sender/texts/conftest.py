"""One sender with an HTTP gateway for each file, cleaned before each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.component.sender.post_office import migrate
from tests.component.sender.texts.text_desk import TextDesk, open_text_desk
from tests.support.databases import Databases
from tests.support.text_gateway import FakeGateway, open_gateway
from tests.support.vhosts import Vhosts


@pytest.fixture(scope="module")
async def text_database(databases: Databases) -> AsyncIterator[str]:
    url = await databases.create()
    await asyncio.to_thread(migrate, url)
    yield url
    await databases.drop(url)


@pytest.fixture(scope="module")
async def text_vhost(vhosts: Vhosts) -> AsyncIterator[str]:
    url = await vhosts.create()
    yield url
    await vhosts.delete(url)


@pytest.fixture(scope="module")
async def running_gateway() -> AsyncIterator[FakeGateway]:
    async with open_gateway() as gateway:
        yield gateway


@pytest.fixture(scope="module")
async def running_desk(
    text_database: str,
    text_vhost: str,
    running_gateway: FakeGateway,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[TextDesk]:
    folder: Path = tmp_path_factory.mktemp("texts")
    url = f"elks+http://user:hemligt%2Ford@127.0.0.1:{running_gateway.port}/a1/sms"
    async with open_text_desk(text_database, text_vhost, url, folder, sms_month_cap=3) as opened:
        yield opened


@pytest.fixture
async def gateway(running_gateway: FakeGateway) -> FakeGateway:
    running_gateway.asked.clear()
    running_gateway.script.clear()
    running_gateway.always = None
    return running_gateway


@pytest.fixture
async def text_desk(running_desk: TextDesk, gateway: FakeGateway) -> TextDesk:  # cleaned as well
    await running_desk.clean()
    return running_desk
