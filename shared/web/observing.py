"""What operators ask a service over HTTP: health, metrics, and its documents."""

import time

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from faststream.rabbit import RabbitBroker
from faststream.specification import AsyncAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.middleware.base import RequestResponseEndpoint

from shared.observability.health import Readiness
from shared.observability.metrics import REQUESTS


def observing(readiness: Readiness, bus: RabbitBroker, title: str) -> APIRouter:
    """Return the routes."""
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

    @router.get("/api/asyncapi.json", summary="The messages that the service consumes (AsyncAPI 3)")
    async def asyncapi() -> JSONResponse:
        return JSONResponse(AsyncAPI(bus, title=title, version="1").to_specification().to_jsonable())

    return router


def measure_requests(app: FastAPI, service: str) -> None:
    """Time every request."""

    @app.middleware("http")
    async def measure(request: Request, call_next: RequestResponseEndpoint) -> Response:
        started = time.monotonic()
        answer = await call_next(request)
        labels = {"service": service, "method": request.method, "status": str(answer.status_code)}
        REQUESTS.labels(**labels).observe(time.monotonic() - started)
        return answer
