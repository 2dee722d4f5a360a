"""An import, as the bus sees it."""

import asyncio
import gc
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from pydantic import TypeAdapter

from deploy.importing.failures import BusRefused
from deploy.importing.run import ImportRequest, import_file
from deploy.register.generate import make_register
from deploy.register.shipped import CRM_EXPORT
from deploy.register.writing import write_register
from shared.clock import FixedClock
from shared.contracts.crm import AssignmentChanged, PersonChanged, UnitChanged
from shared.contracts.envelope import CONTENT_TYPE, Envelope
from shared.messaging.topology import Queue, declare, exchange_for
from tests.support.waiting import until
from tests.unit.importing.exports import person, text

EVERYTHING = Queue("test.everything", exchange_for(PersonChanged.TYPE), "crm.#")
MONDAY = FixedClock(datetime(2027, 2, 8, 7, 0, tzinfo=UTC))

COMMAND = "import typer; from deploy.importing.command import import_command; typer.run(import_command)"


@dataclass
class Heard:
    """What lies in a queue that takes everything that the CRM says."""

    channel: AbstractChannel
    messages: list[AbstractIncomingMessage] = field(default_factory=list)

    async def count(self) -> int:
        declared = await self.channel.declare_queue(EVERYTHING.name, passive=True)
        return int(declared.declaration_result.message_count or 0)

    async def take_all(self) -> list[dict[str, Any]]:
        """Take everything out of the queue; return the envelopes."""
        queue = await self.channel.get_queue(EVERYTHING.name)
        taken = []
        while (message := await queue.get(fail=False, no_ack=True)) is not None:
            taken.append(message)
        self.messages += taken
        return [json.loads(message.body) for message in taken]


@pytest.fixture
async def heard(fresh_vhost: str) -> AsyncIterator[Heard]:
    connection = await aio_pika.connect(fresh_vhost)
    async with connection, connection.channel() as channel:
        await declare(channel, [EVERYTHING])
        yield Heard(channel)


def ids(envelopes: list[dict[str, Any]]) -> list[str]:
    return [envelope["id"] for envelope in envelopes]


async def test_the_shipped_register_arrives_whole(fresh_vhost: str, heard: Heard) -> None:
    summary = await import_file(ImportRequest(CRM_EXPORT), fresh_vhost, MONDAY)
    envelopes = await heard.take_all()
    assert len(envelopes) == summary.messages
    counted = {"persons": 0, "assignments": 0, "units": 0}
    for envelope in envelopes:
        for kind in counted:
            items = envelope["data"].get(kind, [])
            assert len(items) <= 500
            counted[kind] += len(items)
    assert counted == {
        "persons": summary.persons,
        "assignments": summary.assignments,
        "units": summary.units,
    }


async def test_what_is_published_is_what_the_services_read(fresh_vhost: str, heard: Heard) -> None:
    await import_file(ImportRequest(CRM_EXPORT), fresh_vhost, MONDAY)
    await heard.take_all()
    models = (PersonChanged, AssignmentChanged, UnitChanged)
    readers = {model.TYPE: TypeAdapter(Envelope[model]) for model in models}  # type: ignore[valid-type]  # a value here
    for message in heard.messages:
        envelope = readers[message.routing_key or ""].validate_json(message.body)
        assert envelope.type == message.routing_key
        assert envelope.source == "/crm/import"
        assert message.content_type == CONTENT_TYPE
        assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
        assert message.message_id == str(envelope.id)
    assert {message.routing_key for message in heard.messages} == readers.keys()


async def test_an_import_that_was_killed_says_the_same_again(
    tmp_path: Path, fresh_vhost: str, heard: Heard
) -> None:
    export = tmp_path / "export.csv"
    write_register(export, make_register(20_000, 3))
    killed = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", COMMAND, str(export)),
        env={**os.environ, "ONSDAG_AMQP_URL": fresh_vhost},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )

    async def begun() -> bool:
        return await heard.count() >= 16

    await until(begun)
    killed.send_signal(signal.SIGKILL)
    await killed.wait()
    first = await heard.take_all()

    await import_file(ImportRequest(export), fresh_vhost)
    again = await heard.take_all()
    assert 16 <= len(first) < len(again)
    assert len(set(ids(again))) == len(again)
    assert set(ids(first)) < set(ids(again))
    bodies = {envelope["id"]: _without_version(envelope["data"]) for envelope in again}
    assert all(bodies[envelope["id"]] == _without_version(envelope["data"]) for envelope in first)


def _without_version(data: dict[str, Any]) -> list[dict[str, Any]]:
    (items,) = data.values()
    return [{name: value for name, value in item.items() if name != "version"} for item in items]


async def test_a_later_import_is_newer_and_has_ids_of_its_own(
    tmp_path: Path, fresh_vhost: str, heard: Heard
) -> None:
    export = tmp_path / "export.csv"
    export.write_text(text([person()]), encoding="utf-8")
    request = ImportRequest(export)
    await import_file(request, fresh_vhost, MONDAY)
    before = await heard.take_all()
    await import_file(request, fresh_vhost, FixedClock(datetime(2027, 2, 9, 7, 0, tzinfo=UTC)))
    after = await heard.take_all()
    assert not set(ids(before)) & set(ids(after))
    versions = [envelopes[0]["data"]["persons"][0]["version"] for envelopes in (before, after)]
    assert versions[0] < versions[1]


async def test_an_earlier_file_can_take_effect_again_the_same_day(
    tmp_path: Path, fresh_vhost: str, heard: Heard
) -> None:
    export = tmp_path / "export.csv"
    export.write_text(text([person()]), encoding="utf-8")
    await import_file(ImportRequest(export), fresh_vhost, MONDAY)
    before = await heard.take_all()
    await import_file(ImportRequest(export, afresh=True), fresh_vhost, MONDAY)
    assert not set(ids(before)) & set(ids(await heard.take_all()))


async def test_what_has_vanished_is_ended_and_erased_when_asked(
    tmp_path: Path, fresh_vhost: str, heard: Heard
) -> None:
    before, after = tmp_path / "before.csv", tmp_path / "after.csv"
    before.write_text(text([person("1"), person("1", assignment_type="kassör"), person("2")]))
    after.write_text(text([person("1")]))
    request = ImportRequest(after, previous=before, erase_removed=True)
    await import_file(request, fresh_vhost, MONDAY)
    said = {envelope["type"]: envelope["data"] for envelope in await heard.take_all()}
    assert len(said["crm.assignment.ended.v1"]["assignments"]) == 2
    assert [entry["person_id"] for entry in said["crm.person.erased.v1"]["persons"]] == ["2"]


async def test_an_import_that_no_queue_takes_is_refused(tmp_path: Path, fresh_vhost: str) -> None:
    export = tmp_path / "export.csv"
    export.write_text(text([person()]), encoding="utf-8")
    with pytest.raises(BusRefused, match="Is every service started"):
        await import_file(ImportRequest(export), fresh_vhost, MONDAY)


NOWHERE = "amqp://guest:guest@127.0.0.1:1/"


async def test_a_bus_that_is_not_there_is_told_in_one_sentence_and_nothing_stays_open(tmp_path: Path) -> None:
    """What stayed open would close itself when it is collected, in a loop that may not run any more."""
    export = tmp_path / "export.csv"
    export.write_text(text([person()]), encoding="utf-8")
    with pytest.raises(BusRefused, match="the bus cannot be reached"):
        await import_file(ImportRequest(export), NOWHERE, MONDAY)
    tried = [thing for thing in gc.get_objects() if isinstance(thing, aio_pika.Connection)]
    assert [each for each in tried if str(each.url) == NOWHERE and not each.is_closed] == []
