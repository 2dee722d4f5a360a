"""The images of this checkout."""

import subprocess
from dataclasses import dataclass
from hashlib import sha256

from tests.containers.engine import ROOT, compose_command, docker, environment, run


@dataclass(frozen=True)
class Images:
    """What the build is called: by the checkout, so that two of them never use each other's."""

    services: str
    sink: str


def build() -> Images:
    """Build both images; what has not changed comes from the engine's cache, what is superseded goes."""
    tag = f"test-{sha256(str(ROOT).encode()).hexdigest()[:12]}"
    images = Images(f"onsdag:{tag}", f"onsdag-sink:{tag}")
    named = environment(
        ONSDAG_SECRET_KEY="-" * 32, ONSDAG_IMAGE=images.services, ONSDAG_SINK_IMAGE=images.sink
    )
    before = [found for name in (images.services, images.sink) if (found := _id_of(name))]
    run(*compose_command(), "--file=docker-compose.yml", "build", "migrate", "sink", environment=named)
    for superseded in set(before) - {_id_of(images.services), _id_of(images.sink)}:
        # Refused while another run of this checkout still uses it: then it stays.
        subprocess.run(["docker", "image", "rm", superseded], capture_output=True, check=False)
    return images


def _id_of(name: str) -> str:
    return docker("image", "ls", "--quiet", "--no-trunc", name).strip()
