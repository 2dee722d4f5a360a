"""Three senders deliver a Wednesday, one is killed in the middle of it, and nothing is missing."""

import asyncio
import email
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.demo.clients import Apis, Edition
from deploy.demo.verify import verify
from deploy.local.sink import Received
from shared.clock import FileClock
from tests.containers.engine import docker, log
from tests.containers.project import CONNECTIONS, Project
from tests.containers.wednesday import SECONDS, Week, make_inputs
from tests.support.waiting import until

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900)]


@pytest.fixture
async def week(running: Project, clock: FileClock, given: Path) -> AsyncIterator[Week]:
    apis = Apis(running, running.secret.encode(), clock)
    yield Week(running, apis, clock, make_inputs(given, people=1200, orders=6))
    await apis.close()


async def kill_one_in_the_middle(week: Week, edition: Edition) -> datetime:
    """Kill the last sender while mails are on their way; return when.

    The relay stands still meanwhile, so that the killed sender leaves open what became of some.
    """
    sink, victim = week.project.only("sink"), week.project.containers("sender")[-1]
    await until(lambda: week.accepted(edition), lambda taken: taken >= edition.mails // 10, SECONDS)
    await asyncio.to_thread(docker, "pause", sink)
    stopped = datetime.now(UTC)
    await asyncio.to_thread(docker, "kill", victim)
    await asyncio.to_thread(docker, "unpause", sink)
    return stopped


async def test_a_sender_killed_during_delivery_loses_nothing_and_repeats_only_what_was_under_way(
    week: Week,
) -> None:
    await week.import_register()
    placed = await week.place_orders()
    frozen = await week.freeze()
    week.begin(frozen)
    stopped = await kill_one_in_the_middle(week, frozen)
    completed = await week.complete(frozen)

    received = week.received()
    mailing = [message for message in received if header(message, "X-Onsdag-Edition")]
    assert 0 < sum(message.received_at <= stopped for message in mailing) < frozen.mails
    assert sum(held_by_dead_senders(week.project)) > 0
    assert completed.outcomes == {"accepted": frozen.mails}

    verdict = verify(week.inputs, placed, received)
    assert (verdict.missing, verdict.wrong_sections) == (0, 0), verdict.examples
    assert len(mailing) - frozen.mails == verdict.duplicates <= CONNECTIONS
    assert copies_that_differ(mailing) == []


def header(message: Received, name: str) -> str | None:
    return email.message_from_bytes(message.raw)[name]


def held_by_dead_senders(project: Project) -> Iterable[int]:
    """Yield how many mails each dead sender held, as those that took them over logged it."""
    for sender in project.containers("sender"):
        for line in log(sender):
            logged = json.loads(line) if line.startswith("{") else {}
            if logged.get("event") == "worker_died":
                yield int(logged["held"])


def copies_that_differ(mailing: Iterable[Received]) -> list[str]:
    """Return the addresses that got copies which a mail program would not know as the same mail."""
    seen: dict[str, set[tuple[str | None, str | None]]] = defaultdict(set)
    for message in mailing:
        seen[message.recipients[0]].add((header(message, "Message-ID"), header(message, "Date")))
    return [address for address, identities in seen.items() if len(identities) > 1]
