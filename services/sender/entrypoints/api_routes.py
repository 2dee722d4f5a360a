"""The way out, as JSON: relays, providers in trouble, and letting mail go again."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.sender.adapters import providers
from services.sender.adapters.route import Route, Routes
from services.sender.domain.providers import WINDOW, Flow, Provider
from services.sender.use_cases.resume_provider import NotPaused, ResumeProvider
from shared.persistence.database import Database
from shared.sending_limits import domains_of
from shared.web.problems import Problem, documented
from shared.web.tokens import ApiTokens, Principal, allow


class RelaySeen(BaseModel):
    """A relay as the answering process sees it. ``rests``: seconds until it is tried again after trouble."""

    name: str
    weight: int
    limits: list[str]
    connections: int
    rests: float
    problem: str


class ProviderSeen(BaseModel):
    """A provider that gave trouble lately, as all processes see it."""

    name: str
    domains: list[str]
    flow: Flow
    rate: float | None = Field(description="Mails a second while it is slowed.")
    blamed: int = Field(description=f"How many of its last {WINDOW} answers blame us.")
    reply: str = Field(description="The last answer that gave trouble, without addresses.")
    since: datetime


class RoutesSeen(BaseModel):
    """The way out."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "relays": [
                    {
                        "name": "relay.example.org:587",
                        "weight": 1,
                        "limits": ["5000/hour"],
                        "connections": 20,
                        "rests": 0.0,
                        "problem": "",
                    }
                ],
                "providers": [
                    {
                        "name": "google",
                        "domains": ["gmail.com", "googlemail.com"],
                        "flow": "paused",
                        "rate": None,
                        "blamed": 10,
                        "reply": "550 5.7.26 This mail is unauthenticated",
                        "since": "2027-02-17T08:00:02+00:00",
                    }
                ],
            }
        }
    )

    relays: list[RelaySeen]
    providers: list[ProviderSeen]


class Reason(BaseModel):
    """Why mail may go again: what was done about it."""

    model_config = ConfigDict(json_schema_extra={"example": {"why": "SPF-posten rättad"}})

    why: Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True)]


def routes_router(database: Database, routes: Routes, resume: ResumeProvider, tokens: ApiTokens) -> APIRouter:
    """Return the routes under ``/api/v1/routes``."""
    api = APIRouter(prefix="/api/v1/routes", tags=["routes"])
    desk = allow(tokens, "desk")

    @api.get(
        "",
        summary="Relays, and providers in trouble",
        dependencies=[Depends(allow(tokens, "reader", "desk"))],
        responses=documented(401, 403),
    )
    async def show_routes() -> RoutesSeen:
        async with database.begin() as conn:
            known = await providers.all_known(conn)
        return RoutesSeen(relays=list(map(_relay, routes.routes)), providers=list(map(_provider, known)))

    @api.post(
        "/{name}/resume",
        summary="Let mail go again to a provider that was paused",
        responses=documented(401, 403, 404, 422),
    )
    async def resume_provider(
        name: str, given: Reason, caller: Annotated[Principal, Depends(desk)]
    ) -> ProviderSeen:
        try:
            return _provider(await resume(name, caller.subject, given.why))
        except NotPaused:
            raise Problem(404, "No such provider is paused") from None

    return api


def _relay(route: Route) -> RelaySeen:
    return RelaySeen(
        name=route.name,
        weight=route.relay.weight,
        limits=[f"{limit.mails:g}/{limit.period}" for limit in route.relay.limits],
        connections=route.connections,
        rests=round(route.rests, 1),
        problem=route.problem,
    )


def _provider(known: Provider) -> ProviderSeen:
    return ProviderSeen(
        name=known.name,
        domains=list(domains_of(known.name)),
        flow=known.flow,
        rate=known.rate,
        blamed=known.blamed,
        reply=known.reply,
        since=known.changed_at,
    )
