"""Background work of a service: periodic jobs, and workers that never end."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from shared.observability.metrics import JOB_FAILURES, JOB_SECONDS

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Job:
    """Work done again and again: a sweeper. ``run`` must stand two processes doing it at once.

    The pause of ``every`` lies between the end of one run and the start of the next.
    """

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Worker:
    """Work that never ends. ``run`` returns soon after ``stop`` is set; if it fails it is started again."""

    name: str
    run: Callable[[asyncio.Event], Awaitable[None]]


def start_work(service: str, jobs: list[Job], workers: list[Worker]) -> Callable[[], Awaitable[None]]:
    """Start background work; return what stops it and waits for it."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(_repeat(service, job, stop), name=job.name) for job in jobs]
    tasks += [
        asyncio.create_task(_keep_running(service, worker, stop), name=worker.name) for worker in workers
    ]

    async def finish() -> None:
        stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)

    return finish


async def _repeat(service: str, job: Job, stop: asyncio.Event) -> None:
    while not stop.is_set():
        started = time.monotonic()
        try:
            await job.run()
        except Exception:
            JOB_FAILURES.labels(service=service, job=job.name).inc()
            log.exception("job_failed", job=job.name)
        JOB_SECONDS.labels(service=service, job=job.name).observe(time.monotonic() - started)
        await _pause(stop, job.every.total_seconds())


async def _keep_running(service: str, worker: Worker, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await worker.run(stop)
        except Exception:
            JOB_FAILURES.labels(service=service, job=worker.name).inc()
            log.exception("worker_failed", worker=worker.name)
            await _pause(stop, 1.0)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
