"""The images of this checkout."""

from dataclasses import dataclass
from hashlib import sha256

from tests.containers.engine import ROOT, compose_command, environment, run


@dataclass(frozen=True)
class Images:
    """What the build is called: by the checkout, so that two of them never use each other's."""

    services: str
    sink: str


def build() -> Images:
    """Build both images; what has not changed comes from the engine's cache."""
    tag = f"test-{sha256(str(ROOT).encode()).hexdigest()[:12]}"
    images = Images(f"onsdag:{tag}", f"onsdag-sink:{tag}")
    named = environment(
        ONSDAG_SECRET_KEY="-" * 32, ONSDAG_IMAGE=images.services, ONSDAG_SINK_IMAGE=images.sink
    )
    run(*compose_command(), "--file=docker-compose.yml", "build", "migrate", "sink", environment=named)
    return images
