"""PostgreSQL and RabbitMQ in containers of their own, for one test run."""

import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import ExitStack

from docker.errors import DockerException
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import WaitStrategy, WaitStrategyTarget

from deploy.local.broker import PROTOCOL_HEADER
from deploy.local.process import LocalServerError
from tests.containers.leftovers import taken_away

POSTGRES_IMAGE = "postgres:17"
RABBITMQ_IMAGE = "rabbitmq:3.13-management"
USER = "onsdag"
AMQP, MANAGEMENT = 5672, 15672
START_SECONDS = 180


class ServerContainers:
    """Starts the servers and points the fixtures of ``tests.support.servers`` at them."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        """``settings`` may name the images: POSTGRES_IMAGE and RABBITMQ_IMAGE."""
        self._settings = settings
        self._cleanup = ExitStack()

    def start(self) -> dict[str, str]:
        """Return the variables that name the servers. Raises LocalServerError, with nothing left running."""
        try:
            return self._start()
        except BaseException as problem:
            self.stop()
            if isinstance(problem, DockerException | OSError):
                raise LocalServerError(f"The test servers do not start in containers: {problem}") from problem
            raise

    def stop(self) -> None:
        """Take the containers away, with what they have stored."""
        self._cleanup.close()

    def _start(self) -> dict[str, str]:
        run, password = f"onsdag-test-{secrets.token_hex(6)}", secrets.token_hex(16)
        names = [f"{run}-postgres", f"{run}-rabbitmq"]
        self._cleanup.enter_context(taken_away(["docker", "rm", "--force", "--volumes", *names]))
        rabbitmq = self._rabbitmq(run, password).with_name(names[1])
        self._cleanup.callback(rabbitmq.stop)
        rabbitmq.start()
        postgres = self._postgres(password).with_name(names[0])
        self._cleanup.callback(postgres.stop)
        postgres.start()
        Greeting().with_startup_timeout(START_SECONDS).with_poll_interval(0.1).wait_until_ready(rabbitmq)
        host = rabbitmq.get_container_host_ip()
        account = f"{USER}:{password}@{host}"
        return {
            "ONSDAG_DATABASE_URL": postgres.get_connection_url(),
            "ONSDAG_AMQP_URL": f"amqp://{account}:{rabbitmq.get_exposed_port(AMQP)}/",
            "ONSDAG_AMQP_MANAGEMENT_URL": f"http://{account}:{rabbitmq.get_exposed_port(MANAGEMENT)}",
        }

    def _rabbitmq(self, hostname: str, password: str) -> DockerContainer:
        image = self._settings.get("RABBITMQ_IMAGE") or RABBITMQ_IMAGE
        container = DockerContainer(image, hostname=hostname).with_exposed_ports(AMQP, MANAGEMENT)
        return container.with_envs(RABBITMQ_DEFAULT_USER=USER, RABBITMQ_DEFAULT_PASS=password)

    def _postgres(self, password: str) -> PostgresContainer:
        image = self._settings.get("POSTGRES_IMAGE") or POSTGRES_IMAGE
        container = PostgresContainer(image, username=USER, password=password, dbname=USER, driver=None)
        return container.with_command(["postgres", "-c", "max_connections=300", "-c", "fsync=off"])


class Greeting(WaitStrategy):
    """Waits until RabbitMQ greets (AMQP 0-9-1, 4.2.2); that listener opens last.

    A port that takes connections says nothing: Docker's proxy takes them before the server does.
    """

    def wait_until_ready(self, container: WaitStrategyTarget) -> None:
        """Raises TimeoutError."""
        address = container.get_container_host_ip(), int(container.get_exposed_port(AMQP))
        if not self._poll(lambda: _greets(address)):
            logs = b"".join(container.get_logs()).decode(errors="replace")
            raise TimeoutError(f"RabbitMQ does not answer. The end of its log:\n{logs[-1500:]}")


def _greets(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(PROTOCOL_HEADER)
            return connection.recv(1) == b"\x01"
    except OSError:
        return False


class Environment:
    """Variables set for a while."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)

    def restore(self) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
