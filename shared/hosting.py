"""Hosting: a service as an ASGI application that consumes, relays, works and answers HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import MetaData, text
from starlette.middleware.base import RequestResponseEndpoint

from shared.clock import Clock, clock_from
from shared.messaging.bus import declare_all, make_bus, subscribe
from shared.messaging.consuming import Consumer, Handler
from shared.messaging.inbox import forget_old
from shared.messaging.outbox import RELAY_WORKERS, Outbox, relay
from shared.messaging.tables import outbox_name
from shared.messaging.topology import Consume
from shared.observability import health
from shared.observability.metrics import JOB_FAILURES, JOB_SECONDS, OUTBOX_AGE, OUTBOX_WAITING, REQUESTS
from shared.persistence.database import Database, engine_for
from shared.settings import ServiceSettings
from shared.web import problems

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


@dataclass
class Foundation:
    """What every service is built on; made once in its ``create_app``."""

    service: str
    settings: ServiceSettings
    metadata: MetaData
    clock: Clock = field(init=False)
    database: Database = field(init=False)
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.clock = clock_from(self.settings.clock)
        self.database = Database(engine_for(self.settings.database_url, self.service))
        self.outbox = Outbox(self.service, self.metadata, self.clock)


def host(
    base: Foundation,
    *,
    consumes: Iterable[Consume],
    handlers: Mapping[str, Handler],
    routers: Iterable[APIRouter] = (),
    jobs: Iterable[Job] = (),
    workers: Iterable[Worker] = (),
    summary: str = "",
) -> FastAPI:
    """Return the application of a service. ``handlers`` has one entry for each use case in ``consumes``."""
    bus = make_bus(base.settings.amqp_url)
    relay_engine = engine_for(
        base.settings.database_url, base.service, pool_size=RELAY_WORKERS + 1, max_overflow=2
    )
    carrier = relay(base.service, base.metadata, relay_engine, bus)
    consumers = [
        Consumer(base.service, c, handlers[c.use_case], base.database, base.outbox, base.clock)
        for c in consumes
    ]
    subscribe(bus, consumers)
    all_jobs = [*jobs, *_housekeeping(base)]

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(base.database.close)
            stack.push_async_callback(relay_engine.dispose)
            await declare_all(bus, [c.queue for c in consumers])
            stack.push_async_callback(bus.stop)
            await bus.start()
            stack.push_async_callback(carrier.stop)
            await carrier.start()
            stack.push_async_callback(_start(base.service, all_jobs, list(workers)))
            log.info("service_started", service=base.service, consumers=len(consumers))
            yield

    app = FastAPI(
        title=f"Onsdag {base.service}",
        version="1",
        summary=summary,
        lifespan=lifespan,
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.bus = bus
    problems.install(app)
    _measure(app, base.service)
    for router in routers:
        app.include_router(router)
    app.include_router(
        _observable(
            health.Readiness(
                {
                    "database": health.migrated(base.database, base.service),
                    "broker": health.connected(bus),
                    "consumers": health.consuming(bus),
                    "outbox": health.relaying(carrier),
                }
            )
        )
    )
    return app


def _start(service: str, jobs: list[Job], workers: list[Worker]) -> Callable[[], Awaitable[None]]:
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


def _housekeeping(base: Foundation) -> list[Job]:
    table = outbox_name(base.service)
    waiting = text(
        f"SELECT count(*), coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0) "  # noqa: S608  # a constant
        f"FROM {table} WHERE next_attempt_at <= now()"
    )

    async def measure() -> None:
        async with base.database.begin() as conn:
            count, age = (await conn.execute(waiting)).one()
        OUTBOX_WAITING.labels(service=base.service).set(count)
        OUTBOX_AGE.labels(service=base.service).set(float(age))

    async def forget() -> None:
        async with base.database.begin() as conn:
            await forget_old(conn)

    return [
        Job("measure-outbox", timedelta(seconds=15), measure),
        Job("forget-inbox", timedelta(hours=1), forget),
    ]


def _observable(readiness: health.Readiness) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/health/live", summary="The process runs")
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/health/ready", summary="Database, broker, consumers and migrations are in order")
    async def ready() -> JSONResponse:
        report = await readiness.report()
        healthy = all(value == "ok" for value in report.values())
        return JSONResponse(
            {"status": "ready" if healthy else "not ready", "checks": report},
            status_code=200 if healthy else 503,
        )

    @router.get("/metrics", summary="Prometheus metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def _measure(app: FastAPI, service: str) -> None:
    @app.middleware("http")
    async def measure(request: Request, call_next: RequestResponseEndpoint) -> Response:
        started = time.monotonic()
        answer = await call_next(request)
        labels = {"service": service, "method": request.method, "status": str(answer.status_code)}
        REQUESTS.labels(**labels).observe(time.monotonic() - started)
        return answer
