"""The images, built once a run, and the compose file, brought up once too."""

import os
from collections.abc import Generator, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared.clock import FileClock
from tests.containers.images import Images, build
from tests.containers.project import Project, new_project
from tests.support.waiting import until

MONDAY = datetime(2027, 2, 8, 7, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
"""The week in which the made-up orders come."""

HEALTHY_SECONDS = 120.0


@pytest.fixture(scope="session")
def images() -> Images:
    return build()


@pytest.fixture(scope="package")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that the services see as /given; they are another user and may read what lies there."""
    before = os.umask(0o022)
    yield tmp_path_factory.mktemp("given")
    os.umask(before)


@pytest.fixture(scope="package")
def clock(given: Path) -> FileClock:
    """The clock of the services."""
    clock = FileClock(given / "clock.json")
    clock.set(MONDAY)
    return clock


@pytest.fixture(scope="package")
def project(given: Path, images: Images) -> Iterator[Project]:
    with new_project(given, images) as made:
        yield made


@pytest.fixture(scope="package")
async def running(project: Project, clock: FileClock) -> Project:
    """The whole compose file with three senders, all of it healthy."""
    try:
        project.compose("up", "--detach", "--no-build", "--scale", "sender=3")
        await until(project.health, lambda seen: set(seen.values()) == {"healthy"}, HEALTHY_SECONDS)
    except (Exception, pytest.fail.Exception) as problem:
        problem.add_note(project.logs())
        raise
    return project


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the containers said when a test on them has failed."""
    report = yield
    project = item.funcargs.get("running")
    if report.failed and isinstance(project, Project):
        report.sections.append(("the containers said", project.logs()))
    return report
