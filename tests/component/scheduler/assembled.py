"""The scheduler as ``create_app`` puts it together, up to its being hosted: for tests that play the bus."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI

from services.scheduler import main
from services.scheduler.settings import SchedulerSettings
from shared.hosting import Foundation, Job
from shared.messaging.consuming import Consumer, Handler
from shared.messaging.topology import Consume


@dataclass(frozen=True)
class Scheduler:
    """Consumers by use case, and jobs in their order. Nothing runs, nothing is connected."""

    base: Foundation
    consumers: dict[str, Consumer]
    jobs: list[Job]


def assembled(settings: SchedulerSettings) -> Scheduler:
    """Build the scheduler."""
    hosted: list[Scheduler] = []

    def note(
        base: Foundation, *, consumes: tuple[Consume, ...], handlers: Mapping[str, Handler], **rest: Any
    ) -> FastAPI:
        made = {
            c.use_case: Consumer(
                base.service, c, handlers[c.use_case], base.database, base.outbox, base.clock
            )
            for c in consumes
        }
        hosted.append(Scheduler(base, made, list(rest["jobs"])))
        return FastAPI()

    with patch.object(main, "host", note):
        main.create_app(settings)
    return hosted[0]
