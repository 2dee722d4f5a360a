"""docker-compose.yml: hardened, healthy, migrated once, and taken away without a trace."""

from pathlib import Path

import pytest

from tests.containers.engine import docker
from tests.containers.images import Images
from tests.containers.project import OURS, Project, inspect, new_project

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900)]

TRY_TO_WRITE = "for f in /app /usr /etc /opt; do touch $f/onsdag-test 2>/dev/null && echo $f; done; id -u"


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


def test_stopping_the_project_leaves_nothing_of_it(tmp_path: Path, images: Images) -> None:
    with new_project(tmp_path, images) as project:
        project.compose("up", "--detach", "--no-build", "postgres", "sink")
        assert project.leftovers().keys() == {"container", "volume", "network"}
        project.down()
        assert project.leftovers() == {}
