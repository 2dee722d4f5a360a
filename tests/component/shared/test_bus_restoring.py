"""A connection that is lost again while it comes back."""

import asyncio

import aio_pika
import pytest
from faststream.rabbit import RabbitMessage

from shared.messaging import connection
from shared.messaging.bus import make_bus
from tests.support.silent_proxy import silent_proxy
from tests.support.waiting import until


async def test_a_broker_that_falls_silent_while_consumers_come_back_is_left(
    fresh_vhost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "RESTORE_SECONDS", 2.0)
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    async with silent_proxy(fresh_vhost) as proxy:
        bus = make_bus(proxy.url)

        @bus.subscriber("restored", no_reply=True)
        async def hear(message: RabbitMessage) -> None:
            await heard.put(message.body)
            await message.ack()

        async with bus:
            await bus.start()
            before = await proxy.opened()
            proxy.silent = True
            proxy.drop()
            await until(proxy.opened, lambda seen: seen >= before + 2, seconds=20)
            async with await aio_pika.connect(fresh_vhost) as direct, direct.channel() as channel:
                await channel.default_exchange.publish(aio_pika.Message(b"heard"), "restored")
            assert await asyncio.wait_for(heard.get(), 20) == b"heard"
