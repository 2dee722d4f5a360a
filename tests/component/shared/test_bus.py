"""The outbox, the inbox, retries and dead letters, on a real broker and a real database."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aio_pika import DeliveryMode, Message, connect
from sqlalchemy import text

from shared.contracts.crm import UnitChanged
from shared.contracts.envelope import Envelope
from shared.ids import new_id
from shared.messaging.dead import list_dead, replay
from tests.support.probe import CONSUME, Probe, create_tables, probe, units
from tests.support.waiting import until

QUEUE = f"probe.{CONSUME.use_case}"


@pytest.fixture
async def tables(fresh_database: str) -> str:
    await create_tables(fresh_database)
    return fresh_database


@pytest.fixture
async def running(tables: str, fresh_vhost: str) -> AsyncIterator[Probe]:
    async with probe(tables, fresh_vhost, consumers=4) as one:
        yield one


async def publish(amqp_url: str, body: bytes, times: int = 1) -> None:
    connection = await connect(amqp_url)
    async with connection, connection.channel() as channel:
        for _ in range(times):
            await channel.default_exchange.publish(
                Message(body, delivery_mode=DeliveryMode.PERSISTENT), QUEUE
            )


def body_of(unit_id: str) -> bytes:
    message = units(unit_id)
    at = "2027-02-10T09:30:00Z"
    envelope = Envelope[UnitChanged].model_validate(
        {
            "id": new_id(),
            "source": "/test",
            "type": message.TYPE,
            "time": at,
            "correlationid": new_id(),
            "data": message,
        }
    )
    return envelope.model_dump_json().encode()


async def test_what_is_said_in_a_transaction_that_rolls_back_is_never_heard(running: Probe) -> None:
    async def say_and_fail() -> None:
        async with running.database.begin() as conn:
            await running.outbox.add(conn, units("unsaid"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await say_and_fail()
    await running.say(units("said"))
    await until(running.effects)
    assert await running.effects() == ["said"]


async def test_the_same_message_100_times_to_4_consumers_has_one_effect(
    running: Probe, fresh_vhost: str
) -> None:
    await publish(fresh_vhost, body_of("once"), times=100)
    await publish(fresh_vhost, body_of("last"))
    await until(running.effects, lambda seen: "last" in seen)
    await until(lambda: depth(fresh_vhost, QUEUE), lambda seen: seen == 0)
    assert sorted(await running.effects()) == ["last", "once"]


async def test_a_poison_message_goes_to_the_dead_queue_while_others_flow(
    running: Probe, fresh_vhost: str
) -> None:
    await publish(fresh_vhost, b"\x00 this is not a message")
    await publish(fresh_vhost, b'{"specversion": "1.0", "data": {"units": "none"}}')
    await running.say(units("after"))
    await until(running.effects)
    letters = await until(lambda: list_dead(fresh_vhost, QUEUE, 10), lambda seen: len(seen) == 2)
    assert await running.effects() == ["after"]
    assert all(letter.reason.startswith("unreadable: ") and letter.failed_at for letter in letters)


async def test_looking_at_dead_letters_leaves_them_there(running: Probe, fresh_vhost: str) -> None:
    await publish(fresh_vhost, b"poison")
    await until(lambda: list_dead(fresh_vhost, QUEUE, 10))
    assert len(await until(lambda: list_dead(fresh_vhost, QUEUE, 10))) == 1


async def test_a_permanent_failure_is_not_tried_again(running: Probe, fresh_vhost: str) -> None:
    await running.say(units("p", name="permanent"))
    (letter,) = await until(lambda: list_dead(fresh_vhost, QUEUE, 10))
    assert (letter.attempts, letter.reason, letter.type) == (1, "this can never work", "crm.unit.changed.v1")


async def test_a_transient_failure_comes_back_and_succeeds(running: Probe, fresh_vhost: str) -> None:
    await running.say(units("t", name="transient"))
    assert await until(running.effects) == ["t"]
    assert await list_dead(fresh_vhost, QUEUE, 10) == []


async def test_a_bug_is_dead_after_its_attempts_and_names_the_place_but_no_data(
    running: Probe, fresh_vhost: str
) -> None:
    await running.say(units("secret-person", name="bug"))
    (letter,) = await until(lambda: list_dead(fresh_vhost, QUEUE, 10))
    assert letter.attempts == CONSUME.max_attempts
    assert letter.reason.startswith("LookupError in probe.py:")
    assert "secret-person" not in letter.reason


async def test_replay_returns_dead_letters_to_their_queue(running: Probe, fresh_vhost: str) -> None:
    await running.say(units("p", name="permanent"))
    await publish(fresh_vhost, b"poison")
    letters = await until(lambda: list_dead(fresh_vhost, QUEUE, 10), lambda seen: len(seen) == 2)
    chosen = next(letter for letter in letters if letter.message_id != "(unreadable)")
    assert await replay(fresh_vhost, QUEUE, chosen.message_id) == 1
    again = await until(
        lambda: list_dead(fresh_vhost, QUEUE, 10),
        lambda seen: any(
            letter.message_id == chosen.message_id and letter.failed_at > chosen.failed_at for letter in seen
        ),
    )
    assert len(again) == 2


async def test_an_outbox_of_a_process_that_died_is_carried_by_the_next(tables: str, fresh_vhost: str) -> None:
    async with probe(tables, fresh_vhost, carry=False) as dying:
        await dying.say(units("before the kill"))
        async with dying.database.begin() as conn:  # a relay took the row, and died before it published
            await conn.execute(
                text(
                    "UPDATE probe_outbox "
                    "SET acquired_token = gen_random_uuid(), acquired_at = now() - interval '1 hour'"
                )
            )
    async with probe(tables, fresh_vhost) as next_one:
        assert await until(next_one.effects) == ["before the kill"]
        await until(next_one.waiting, lambda rows: rows == 0)


async def test_an_event_without_its_queue_waits_in_the_outbox(running: Probe, fresh_vhost: str) -> None:
    connection = await connect(fresh_vhost)
    async with connection, connection.channel() as channel:
        queue = await channel.get_queue(QUEUE)
        exchange = await channel.get_exchange("crm.events")
        await queue.unbind(exchange, "crm.unit.changed.v1")
        await running.say(units("nobody listens yet"))
        await asyncio.wait_for(until(lambda: attempts(running)), 20)
        await queue.bind(exchange, "crm.unit.changed.v1")
    assert await until(running.effects) == ["nobody listens yet"]


async def attempts(running: Probe) -> int:
    async with running.database.begin() as conn:
        return int(
            (
                await conn.execute(text("SELECT coalesce(sum(attempts_count), 0) FROM probe_outbox"))
            ).scalar_one()
        )


async def depth(amqp_url: str, queue: str) -> int:
    connection = await connect(amqp_url)
    async with connection, connection.channel() as channel:
        return (await channel.get_queue(queue)).declaration_result.message_count or 0
