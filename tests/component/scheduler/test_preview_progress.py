"""A preview that takes long tells how far it is, while it is made: over TCP, where lines come one by one."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from sqlalchemy import text

from services.scheduler.adapters import previews
from shared.persistence.database import engine_for
from tests.component.scheduler.planning import Planning, assignment, order, person, unit
from tests.support.one_service import bearer
from tests.support.waiting import until

ASKED = "/api/v1/editions/coming/preview.ndjson"


@asynccontextmanager
async def over_tcp(planning: Planning) -> AsyncIterator[httpx.AsyncClient]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(planning.running.app, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    headers = bearer(planning.token())
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", headers=headers
    ) as client:
        yield client
    server.should_exit = True
    await serving


@asynccontextmanager
async def another_preview(planning: Planning) -> AsyncIterator[None]:
    """Somebody else makes a preview of the edition, and has not got to its end."""
    engine = engine_for(planning.settings.database_url, "scheduler", pool_size=1)
    async with engine.connect() as conn:
        edition_no = (await conn.execute(text("SELECT edition_no FROM edition"))).scalar_one()
        await previews.one_at_a_time(conn, edition_no)
        yield
    await engine.dispose()


async def one_order(planning: Planning) -> None:
    await planning.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
    await planning.places(order())


async def test_a_line_comes_at_each_step_and_each_second_and_then_the_preview(planning: Planning) -> None:
    await one_order(planning)
    async with over_tcp(planning) as client, client.stream("POST", ASKED) as answer:
        told = [json.loads(line) async for line in answer.aiter_lines()]
    assert list(dict.fromkeys(each["step"] for each in told)) == [
        "waiting", "counting", "weighing", "comparing", "done",
    ]  # fmt: skip
    assert told[-1]["preview"]["mails"] == 1
    assert told[-1]["preview"] == await planning.get("/editions/coming/preview")


async def test_who_waits_sees_that_it_goes_on_and_gets_the_preview_in_the_end(planning: Planning) -> None:
    await one_order(planning)
    async with over_tcp(planning) as client:
        async with another_preview(planning):
            answer = await client.send(client.build_request("POST", ASKED), stream=True)
            lines = answer.aiter_lines()
            first, second = json.loads(await anext(lines)), json.loads(await anext(lines))
            assert (first["step"], second["step"]) == ("waiting", "waiting")
            assert first["seconds"] < second["seconds"]
        told = [json.loads(line) async for line in lines]
        await answer.aclose()
    assert told[-1]["preview"]["mails"] == 1


async def test_who_stops_reading_stops_the_work(planning: Planning) -> None:
    await one_order(planning)
    async with over_tcp(planning) as client, another_preview(planning):
        answer = await client.send(client.build_request("POST", ASKED), stream=True)
        lines = answer.aiter_lines()
        await anext(lines)
        await until(lambda: waiting(planning), lambda count: count == 1)
        await answer.aclose()
        await until(lambda: waiting(planning), lambda count: count == 0)
    latest = await planning.running.http.get(
        "/api/v1/editions/coming/preview", headers=bearer(planning.token())
    )
    assert latest.status_code == 404, "none was made"


async def waiting(planning: Planning) -> int:
    """Return how many wait for somebody else's preview."""
    engine = engine_for(planning.settings.database_url, "scheduler", pool_size=1)
    async with engine.connect() as conn:
        found = await conn.execute(
            text(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
                "WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
            )
        )
        count = int(found.scalar_one())
    await engine.dispose()
    return count
