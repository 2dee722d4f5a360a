"""The compose file, brought up as a project of its own."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.containers.engine import ROOT, compose_command, docker, environment, run
from tests.containers.images import Images
from tests.containers.leftovers import taken_away

OURS = ("intake", "scheduler", "sender", "onboarding", "compliance")
KINDS = ("container", "volume", "network")
CONNECTIONS = 4
"""That one sender keeps to the relay, at most."""


class Project:
    """One compose project. ``folder`` is mounted into the services, read-only, as /given."""

    def __init__(self, folder: Path, images: Images) -> None:
        self.name = f"onsdag-test-{secrets.token_hex(6)}"
        self.secret = secrets.token_hex(32)
        folder.chmod(0o755)  # pytest makes it for its own user alone
        (nothing := folder / "no.env").touch()  # whatever .env the checkout has is none of ours
        files = [ROOT / "docker-compose.yml", ROOT / "tests/containers/compose.override.yml"]
        self._command = [
            *compose_command(),
            *(f"--project-name={self.name}", f"--project-directory={ROOT}", f"--env-file={nothing}"),
            *(f"--file={file}" for file in files),
        ]
        self._environment = environment(
            ONSDAG_SECRET_KEY=self.secret,
            ONSDAG_IMAGE=images.services,
            ONSDAG_SINK_IMAGE=images.sink,
            ONSDAG_CLOCK="file:/given/clock.json",
            ONSDAG_INTAKE_PORT="0",
            ONSDAG_SENDER_PORTS="0",
            ONSDAG_COMPLIANCE_PORT="0",
            ONSDAG_SMTP_CONNECTIONS=str(CONNECTIONS),
            ONSDAG_TEST_FOLDER=str(folder),
        )

    def compose(self, *arguments: str) -> str:
        """Return what compose prints; fail if it fails."""
        return run(*self._command, *arguments, environment=self._environment)

    def logs(self) -> str:
        """Return the end of what each container has said."""
        return self.compose("logs", "--no-color", "--tail=100")

    def down(self) -> None:
        """Stop everything and take it away, with its volumes."""
        self.compose("down", "--volumes", "--timeout", "10")

    def containers(self, service: str) -> list[str]:
        """Return the ids of a service's containers, running or not, by their number."""
        labels = {"project": self.name, "service": service, "oneoff": "False"}
        filters = [f"--filter=label=com.docker.compose.{name}={value}" for name, value in labels.items()]
        found = docker("ps", "--all", "--quiet", "--no-trunc", *filters).split()
        return sorted(found, key=lambda each: int(inspect(each)["Config"]["Labels"][NUMBER]))

    def only(self, service: str) -> str:
        """Return the id of a service's only container."""
        (found,) = self.containers(service)
        return found

    def url(self, service: str) -> str:
        """Return where the first container of a service is reached."""
        address = docker("port", self.containers(service)[0], "8000").splitlines()[0]
        return f"http://{address}"

    async def health(self) -> dict[str, str]:
        """Return how each container of our own is; those that have no health check say their status."""
        ids = [each for service in (*OURS, "sink") for each in self.containers(service)]
        states = {each: inspect(each)["State"] for each in ids}
        return {each: state.get("Health", state)["Status"] for each, state in states.items()}

    def leftovers(self) -> dict[str, list[str]]:
        """Return what the engine still has of this project, by kind."""
        return {kind: found for kind in KINDS if (found := docker(*_list(kind, self.name)).split())}


NUMBER = "com.docker.compose.container-number"


def inspect(container: str) -> dict[str, Any]:
    """Return all that the engine says about a container."""
    (found,) = json.loads(docker("container", "inspect", container))
    assert isinstance(found, dict)
    return found


@contextmanager
def new_project(folder: Path, images: Images) -> Iterator[Project]:
    """Yield a project with nothing running; take away whatever it has in the end, and check that."""
    project = Project(folder, images)
    with taken_away(["sh", "-c", _sweeping(project.name)]):
        try:
            yield project
        finally:
            project.down()
            assert project.leftovers() == {}


def _list(kind: str, project: str) -> list[str]:
    every = ["--all"] if kind == "container" else []
    return [kind, "ls", *every, "--quiet", f"--filter=label=com.docker.compose.project={project}"]


def _sweeping(project: str) -> str:
    return "; ".join(
        f"docker {' '.join(_list(kind, project))} | xargs --no-run-if-empty docker {kind} rm"
        + (" --force --volumes" if kind == "container" else "")
        for kind in KINDS
    )
