"""Without a Docker engine the containers suite says so in one sentence. Needs no engine itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "without",
    [{"PATH": "/nonexistent"}, {"DOCKER_HOST": "unix:///nonexistent/docker.sock"}],
    ids=["no client", "no engine"],
)
def test_without_an_engine_it_fails_with_one_sentence(without: dict[str, str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "test", "--containers"],
        cwd=ROOT,
        env={**os.environ, **without},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "`onsdag test --containers` needs a Docker engine, and none answers here.\n"
