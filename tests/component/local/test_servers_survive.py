"""What the private servers hold survives their stop, and their crash."""

from urllib.parse import urlsplit

import aio_pika
import asyncpg
import pytest

from deploy.local.broker import PrivateBroker
from deploy.local.postgres import PrivatePostgres
from deploy.local.rabbitmq_source import no_services_started
from tests.support.databases import Databases, driverless
from tests.support.vhosts import Vhosts


async def test_postgres_keeps_its_data_over_restart_and_crash(own_postgres: PrivatePostgres) -> None:
    async def count() -> int:
        connection = await asyncpg.connect(driverless(own_postgres.url))
        try:
            await connection.execute("CREATE TABLE IF NOT EXISTS orders (number int)")
            await connection.execute("INSERT INTO orders VALUES (1)")
            found: int = await connection.fetchval("SELECT count(*) FROM orders")
            return found
        finally:
            await connection.close()

    port = urlsplit(own_postgres.url).port
    assert await count() == 1
    own_postgres.restart()
    assert await count() == 2
    own_postgres.kill()
    own_postgres.start()
    assert await count() == 3
    assert urlsplit(own_postgres.url).port == port


async def test_rabbitmq_keeps_its_messages_over_restart_and_crash(own_broker: PrivateBroker) -> None:
    url = own_broker.amqp_url
    await put_one(url)
    own_broker.restart()
    await put_one(url)
    own_broker.kill()
    own_broker.start()
    assert own_broker.amqp_url == url
    assert await take_all(url) == 2


async def put_one(url: str) -> None:
    async with await aio_pika.connect(url) as bus:
        channel = await bus.channel()
        await channel.declare_queue("orders", durable=True, arguments={"x-queue-type": "quorum"})
        message = aio_pika.Message(b"order", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, "orders")


async def take_all(url: str) -> int:
    async with await aio_pika.connect(url) as bus:
        channel = await bus.channel()
        queue = await channel.get_queue("orders")
        taken = 0
        while await queue.get(no_ack=True, fail=False):
            taken += 1
        return taken


async def test_a_fresh_database_is_empty_or_a_copy(databases: Databases, fresh_database: str) -> None:
    connection = await asyncpg.connect(driverless(fresh_database))
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    await connection.execute("CREATE TABLE units AS SELECT 'Uppsala' AS name")
    await connection.close()
    copy = await databases.create(template=fresh_database)
    connection = await asyncpg.connect(driverless(copy))
    assert await connection.fetchval("SELECT name FROM units") == "Uppsala"
    await connection.close()
    await databases.drop(copy)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(driverless(copy))


async def test_a_fresh_vhost_knows_no_queue_of_another(
    vhosts: Vhosts, amqp_url: str, fresh_vhost: str
) -> None:
    await put_one(fresh_vhost)
    other = await vhosts.create()
    assert set(await vhosts.queues(fresh_vhost)) == {"orders"}
    assert await vhosts.queues(other) == {}
    await vhosts.delete(other)
    assert "orders" not in await vhosts.queues(amqp_url)


def test_installing_from_debian_starts_no_service_and_puts_the_policy_back(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    policy = tmp_path_factory.mktemp("sbin") / "policy-rc.d"
    with no_services_started(policy):
        assert "exit 101" in policy.read_text()
    assert not policy.exists()
    policy.write_text("#!/bin/sh\nexit 0\n")
    with no_services_started(policy):
        assert "exit 101" in policy.read_text()
    assert policy.read_text() == "#!/bin/sh\nexit 0\n"
