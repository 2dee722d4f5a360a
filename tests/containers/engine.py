"""The Docker engine and its compose, as a person would use them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 900.0
"""Seconds; the first build of an image fetches all libraries."""


def run(*command: str, environment: dict[str, str] | None = None) -> str:
    """Return what a command prints; fail with what it complains about."""
    ran = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    if ran.returncode:
        said = f"{ran.stdout[-2000:]}\n{ran.stderr[-4000:]}"
        pytest.fail(f"{' '.join(command)} ended with {ran.returncode}:\n{said}", pytrace=False)
    return ran.stdout


def docker(*arguments: str) -> str:
    return run("docker", *arguments)


def log(container: str) -> list[str]:
    """Return the lines that a container has said, on either stream."""
    return run("sh", "-c", 'docker logs "$0" 2>&1', container).splitlines()


def compose_command() -> list[str]:
    """Return how compose is called here: the plugin, else the program of its own."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    if plugin.returncode == 0:
        return ["docker", "compose"]
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    pytest.fail("Neither `docker compose` nor `docker-compose` is installed.", pytrace=False)


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of this process without settings of an organisation, and with ``variables``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ONSDAG_", "COMPOSE_"))}
    return {**kept, "COMPOSE_HTTP_TIMEOUT": "300", **variables}
