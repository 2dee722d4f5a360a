"""What all tests have: servers of their own, private ones, or with ``--containers`` containers."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from deploy.local.process import LocalServerError

pytest_plugins = ["tests.support.servers"]

settings.register_profile("onsdag", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("onsdag")
"""How fast examples are made says how busy the machine is, not whether the code is right."""

TESTS = Path(__file__).parent
ON_CONTAINERS = (TESTS / "integration", TESTS / "component" / "shared" / "test_bus.py")
"""What ``--containers`` runs besides the tests marked so: what depends on the servers' versions most."""

LONGEST = (TESTS / "e2e", TESTS / "component" / "scheduler", TESTS / "integration")
"""What takes minutes begins first, so that no worker is left alone with it at the end."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--containers",
        action="store_true",
        help="run on PostgreSQL and RabbitMQ in containers, and only what is meant for it",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = _meant_for_containers if config.option.containers else _needs_no_engine
    deselected = [item for item in items if not chosen(item)]
    config.hook.pytest_deselected(items=deselected)
    items[:] = sorted((item for item in items if chosen(item)), key=_begins_late)


def _begins_late(item: pytest.Item) -> int:
    return next((place for place, path in enumerate(LONGEST) if item.path.is_relative_to(path)), len(LONGEST))


def _needs_no_engine(item: pytest.Item) -> bool:
    return item.get_closest_marker("containers") is None


def _meant_for_containers(item: pytest.Item) -> bool:
    return not _needs_no_engine(item) or any(item.path.is_relative_to(path) for path in ON_CONTAINERS)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the containers, before pytest-xdist starts its workers: those inherit where they are."""
    config = session.config
    if not config.option.containers or config.option.collectonly or hasattr(config, "workerinput"):
        return
    from tests.containers.servers import Environment, ServerContainers  # slow to import, and rarely needed

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: cleans up
    containers = ServerContainers(os.environ)
    config.add_cleanup(containers.stop)
    try:
        environment = Environment(containers.start())
    except LocalServerError as problem:
        raise pytest.UsageError(str(problem)) from problem
    config.add_cleanup(environment.restore)
