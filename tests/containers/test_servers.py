"""The run stands on containers, and not on servers of this machine."""

import ipaddress
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from deploy.local.stack import ServerUrls
from tests.support.vhosts import Vhosts

pytestmark = pytest.mark.containers


async def test_the_database_lies_in_a_container(fresh_database: str) -> None:
    connection = await asyncpg.connect(fresh_database)
    try:
        address = await connection.fetchval("SELECT host(inet_server_addr())")
    finally:
        await connection.close()
    assert not ipaddress.ip_address(address).is_loopback


async def test_the_broker_lies_in_a_container(servers: ServerUrls, vhosts: Vhosts) -> None:
    assert servers.management_url is not None
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{servers.management_url}/api/overview")
    assert answer.json()["node"].startswith("rabbit@onsdag-test-")
    assert urlsplit(await vhosts.create()).port == urlsplit(servers.amqp_url).port
