"""Pytest plugin: one set of servers for a whole test run, and a clean corner of them for each test.

The servers are those of ``deploy.local.stack``: given by URL, or private. Without any, the tests fail with
the sentence that says what to install. With pytest-xdist the controller starts them when the first worker
asks; each worker has its own database and its own vhost.
"""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.broker import PrivateBroker
from deploy.local.mail import PrivateSink
from deploy.local.postgres import PrivatePostgres
from deploy.local.process import LocalServerError
from deploy.local.rabbitmq_source import Machine, private_broker
from deploy.local.stack import ServerUrls
from tests.support.databases import Databases
from tests.support.server_supply import Supply, SupplyDesk, ask
from tests.support.vhosts import Vhosts

SUPPLY = pytest.StashKey[Supply]()
DESK = pytest.StashKey[SupplyDesk]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[SUPPLY] = Supply()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a new xdist worker where to ask for the servers."""
    config: pytest.Config = node.config  # type: ignore[attr-defined]  # xdist's WorkerController
    if DESK not in config.stash:
        config.stash[DESK] = SupplyDesk(config.stash[SUPPLY])
    node.workerinput["onsdag_servers"] = config.stash[DESK].address  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if desk := config.stash.get(DESK, None):
        desk.close()
    if supply := config.stash.get(SUPPLY, None):
        supply.close()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> ServerUrls:
    """The servers of this run, shared by all tests: restart none of them."""
    try:
        if SUPPLY in request.config.stash:
            return request.config.stash[SUPPLY].urls()
        return ask(request.config.workerinput["onsdag_servers"])  # type: ignore[attr-defined]  # xdist's
    except LocalServerError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
async def databases(servers: ServerUrls) -> AsyncIterator[Databases]:
    """Makes databases; whatever is left at the end is dropped."""
    made = Databases(servers.database_url)
    yield made
    await made.drop_all()


@pytest.fixture(scope="session")
async def database_url(databases: Databases) -> str:
    """A database of this worker's own, for the whole run."""
    return await databases.create()


@pytest.fixture(scope="session")
def database_template() -> str | None:
    """The URL of a database that every ``fresh_database`` is a copy of; override it where there is one."""
    return None


@pytest.fixture
async def fresh_database(databases: Databases, database_template: str | None) -> AsyncIterator[str]:
    """The URL of a database for this test alone."""
    url = await databases.create(template=database_template)
    yield url
    await databases.drop(url)


@pytest.fixture(scope="session")
async def vhosts(servers: ServerUrls) -> AsyncIterator[Vhosts]:
    """Makes vhosts; whatever is left at the end is deleted."""
    try:
        made = Vhosts(servers)
    except LocalServerError as error:
        pytest.fail(str(error), pytrace=False)
    yield made
    await made.delete_all()


@pytest.fixture(scope="session")
async def amqp_url(vhosts: Vhosts) -> str:
    """A vhost of this worker's own, for the whole run."""
    return await vhosts.create()


@pytest.fixture
async def fresh_vhost(vhosts: Vhosts) -> AsyncIterator[str]:
    """The URL of a vhost for this test alone."""
    url = await vhosts.create()
    yield url
    await vhosts.delete(url)


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[PrivateBroker]:
    """A running RabbitMQ for this test alone, which it may stop, kill and start again."""
    try:
        broker = private_broker(tmp_path / "rabbitmq", Machine.here(), settings=os.environ)
    except LocalServerError as error:
        pytest.fail(str(error), pytrace=False)
    try:
        broker.start()
        yield broker
    finally:
        broker.remove()


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[PrivatePostgres]:
    """A running PostgreSQL for this test alone, which it may stop, kill and start again."""
    postgres = PrivatePostgres(tmp_path / "postgres", fsync=False)
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.remove()


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[PrivateSink]:
    """A running mail sink for this test alone."""
    private = PrivateSink(tmp_path / "mail")
    try:
        private.start()
        yield private
    finally:
        private.remove()
