"""Hosting: a service as an ASGI application that consumes, relays, works and answers HTTP."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from fastapi import APIRouter, FastAPI
from faststream.rabbit import RabbitBroker
from faststream_outbox import OutboxBroker
from sqlalchemy import MetaData, text
from starlette.types import Lifespan

from shared.clock import Clock, clock_from
from shared.messaging.bus import declare_all, make_bus, subscribe
from shared.messaging.consuming import Consumer, Handler
from shared.messaging.inbox import forget_old
from shared.messaging.outbox import RELAY_WORKERS, Outbox, relay
from shared.messaging.tables import outbox_name
from shared.messaging.topology import Consume
from shared.observability import health
from shared.observability.health import Readiness
from shared.observability.metrics import OUTBOX_AGE, OUTBOX_WAITING
from shared.persistence.database import Database, engine_for
from shared.settings import ServiceSettings
from shared.web import problems
from shared.web.observing import measure_requests, observing
from shared.working import Job, Worker, start_work

log = structlog.get_logger(__name__)


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
    relay_engine = engine_for(base.settings.database_url, base.service, pool_size=RELAY_WORKERS + 1)
    carrier = relay(base.service, base.metadata, relay_engine, bus)
    consumers = [_consumer(base, consume, handlers[consume.use_case]) for consume in consumes]
    subscribe(bus, consumers)
    work = [*jobs, *_housekeeping(base)], list(workers)

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
            stack.push_async_callback(start_work(base.service, *work))
            log.info("service_started", service=base.service, consumers=len(consumers))
            yield

    app = _application(base.service, summary, lifespan)
    app.state.bus = bus
    for router in routers:
        app.include_router(router)
    app.include_router(observing(_readiness(base, bus, carrier), bus, app.title))
    return app


def _consumer(base: Foundation, consume: Consume, handle: Handler) -> Consumer:
    return Consumer(base.service, consume, handle, base.database, base.outbox, base.clock)


def _application(service: str, summary: str, lifespan: Lifespan[FastAPI]) -> FastAPI:
    app = FastAPI(
        title=f"Onsdag {service}",
        version="1",
        summary=summary,
        lifespan=lifespan,
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    problems.install(app)
    measure_requests(app, service)
    return app


def _readiness(base: Foundation, bus: RabbitBroker, carrier: OutboxBroker) -> Readiness:
    return Readiness(
        {
            "database": health.migrated(base.database, base.service),
            "broker": health.connected(bus),
            "consumers": health.consuming(bus),
            "outbox": health.relaying(carrier),
        }
    )


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


__all__ = ["Foundation", "Job", "Worker", "host"]
