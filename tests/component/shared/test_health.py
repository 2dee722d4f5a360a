"""What a service says of its own health, when all is well and when something is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from deploy.local.broker import PrivateBroker
from deploy.services import create_app, settings_class
from shared.persistence.migrations import upgrade
from tests.support.waiting import until


@asynccontextmanager
async def compliance(database_url: str, amqp_url: str) -> AsyncIterator[httpx.AsyncClient]:
    settings = settings_class("compliance")(secret_key="k" * 32, database_url=database_url, amqp_url=amqp_url)
    app = create_app("compliance", settings)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://compliance") as client,
    ):
        yield client


async def checks(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.get("/health/ready")
    found: dict[str, str] = answer.json()["checks"]
    assert answer.status_code == (200 if set(found.values()) == {"ok"} else 503)
    return found


async def test_a_service_is_ready_when_database_broker_consumers_and_outbox_are(
    fresh_database: str, fresh_vhost: str
) -> None:
    await asyncio.to_thread(upgrade, "compliance", fresh_database)
    async with compliance(fresh_database, fresh_vhost) as client:
        assert await checks(client) == {"database": "ok", "broker": "ok", "consumers": "ok", "outbox": "ok"}
        assert (await client.get("/health/live")).json() == {"status": "alive"}
        metrics = (await client.get("/metrics")).text
        assert "onsdag_outbox_waiting" in metrics
        channels = (await client.get("/api/asyncapi.json")).json()["channels"]
        assert "compliance.note-failed-address" in channels


async def test_a_schema_of_another_version_is_not_ready(fresh_database: str, fresh_vhost: str) -> None:
    async with compliance(fresh_database, fresh_vhost) as client:
        assert (await checks(client))["database"].startswith("schema is at nothing")


async def test_a_service_whose_broker_is_away_is_alive_but_not_ready_until_it_is_back(
    fresh_database: str, own_broker: PrivateBroker
) -> None:
    await asyncio.to_thread(upgrade, "compliance", fresh_database)
    async with compliance(fresh_database, own_broker.amqp_url) as client:
        await asyncio.to_thread(own_broker.stop)
        found = await until(lambda: checks(client), lambda seen: seen["broker"] != "ok")
        assert found["database"] == "ok"
        assert (await client.get("/health/live")).status_code == 200
        await asyncio.to_thread(own_broker.start)
        await until(lambda: checks(client), lambda seen: set(seen.values()) == {"ok"})
