"""``onsdag serve`` and ``onsdag migrate``."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated, Any

import typer
import uvicorn
from fastapi import FastAPI
from starlette.routing import Mount

from deploy.services import create_app, settings_class
from deploy.topology import SERVICES, declare_topology
from shared.observability.logging import configure_logging
from shared.persistence.migrations import upgrade
from shared.settings import ServiceSettings

SHUTDOWN_SECONDS = 75
"""Longer than the bus waits for its handlers."""


def serve(
    service: Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}, or `all` in one process.")],
) -> None:
    """Run a service: its consumers, its work and its HTTP API."""
    if service != "all" and service not in SERVICES:
        raise typer.BadParameter(f"{service!r} is none of {', '.join(SERVICES)}, all")
    settings = _read(ServiceSettings if service == "all" else settings_class(service))
    configure_logging(service, settings.log_format, settings.log_level)
    app = _all_in_one() if service == "all" else create_app(service, settings)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


def migrate() -> None:
    """Bring every schema to this version and declare the queues. Safe to run again, and at the same time."""
    settings = _read(ServiceSettings)
    configure_logging("migrate", settings.log_format, settings.log_level)
    for service in SERVICES:
        upgrade(service, settings.database_url)
        typer.echo(f"{service}: migrated", err=True)
    asyncio.run(declare_topology(settings.amqp_url))
    typer.echo("queues: declared", err=True)


def _read(settings: type[ServiceSettings]) -> ServiceSettings:
    try:
        return settings()  # the secret comes from the environment
    except ValueError as problem:
        raise typer.BadParameter(f"the settings are not right: {problem}") from None


def _all_in_one() -> FastAPI:
    """Host the five services in one process, each under its name; unsubscribe links stay at the root."""
    apps: dict[str, Any] = {name: create_app(name, _read(settings_class(name))) for name in SERVICES}

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    together = FastAPI(title="Onsdag", lifespan=lifespan, openapi_url=None)
    together.router.routes.extend(Mount(f"/{name}", app=app) for name, app in apps.items())
    together.router.routes.append(Mount("/", app=apps["compliance"]))
    return together
