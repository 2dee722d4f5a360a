"""The command line, as an operator uses it."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aio_pika import Message, connect

from deploy.topology import declare_topology
from shared.clock import FixedClock
from shared.web.tokens import ApiTokens

ROOT = Path(__file__).parents[3]
SECRET = "k" * 40


@dataclass(frozen=True)
class Ran:
    status: int | None
    out: str
    err: str


async def onsdag(*arguments: str, **environment: str) -> Ran:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.cli", *arguments),
        cwd=ROOT,
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, "COLUMNS": "200", **environment},
    )
    out, err = await process.communicate()
    return Ran(process.returncode, out.decode(), err.decode())


async def put(amqp_url: str, queue: str, body: bytes) -> None:
    connection = await connect(amqp_url)
    async with connection, connection.channel() as channel:
        message = Message(body, headers={"onsdag-reason": "unreadable: data", "onsdag-attempt": "1"})
        await channel.default_exchange.publish(message, queue)


async def depth(amqp_url: str, queue: str) -> int:
    connection = await connect(amqp_url)
    async with connection, connection.channel() as channel:
        return (await channel.get_queue(queue)).declaration_result.message_count or 0


async def test_dead_letters_are_shown_with_their_reason_and_returned(fresh_vhost: str) -> None:
    await declare_topology(fresh_vhost)
    await put(fresh_vhost, "scheduler.place-order.dead", b'{"id": "17", "type": "intake.order.accepted.v1"}')
    shown = await onsdag("bus", "dead", ONSDAG_AMQP_URL=fresh_vhost)
    assert shown.status == 0
    assert "scheduler.place-order" in shown.out
    assert "unreadable: data" in shown.out
    returned = await onsdag("bus", "replay", "scheduler.place-order", ONSDAG_AMQP_URL=fresh_vhost)
    assert returned.out.strip() == "1 returned to scheduler.place-order"
    assert await depth(fresh_vhost, "scheduler.place-order") == 1
    assert "No dead letters." in (await onsdag("bus", "dead", ONSDAG_AMQP_URL=fresh_vhost)).out


async def test_a_queue_that_is_none_is_named_with_those_there_are(fresh_vhost: str) -> None:
    ran = await onsdag("bus", "replay", "scheduler.nothing", ONSDAG_AMQP_URL=fresh_vhost)
    assert ran.status == 2
    assert "scheduler.place-order" in ran.err


async def test_a_token_is_printed_alone_and_holds() -> None:
    ran = await onsdag(
        "token", "create", "--role", "desk", "--subject", "info@example.se", ONSDAG_SECRET_KEY=SECRET
    )
    caller = ApiTokens(SECRET.encode(), FixedClock(datetime.now(UTC))).read(ran.out.strip())
    assert (caller.subject, caller.role) == ("info@example.se", "desk")
    assert caller.token_id in ran.err


async def test_a_role_that_is_none_is_refused() -> None:
    ran = await onsdag("token", "create", "--role", "king", "--subject", "x", ONSDAG_SECRET_KEY=SECRET)
    assert ran.status == 2
    assert "orderer" in ran.err


async def test_serving_without_a_key_says_which_setting_is_missing() -> None:
    ran = await onsdag("serve", "intake", ONSDAG_SECRET_KEY="")
    assert ran.status == 2
    assert "secret_key" in ran.err


async def test_serving_what_is_no_service_names_those_there_are() -> None:
    ran = await onsdag("serve", "kitchen", ONSDAG_SECRET_KEY=SECRET)
    assert ran.status == 2
    assert "scheduler" in ran.err
