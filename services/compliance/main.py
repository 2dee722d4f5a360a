"""Compliance's application: the only place that builds its objects."""

from datetime import timedelta

from fastapi import FastAPI

from services.compliance.adapters.tables import metadata
from services.compliance.entrypoints.api import reading_router, writing_router
from services.compliance.entrypoints.events import handlers
from services.compliance.entrypoints.pages import TEMPLATES, LinkPages, pages_router
from services.compliance.settings import ComplianceSettings
from services.compliance.topology import CONSUMES
from services.compliance.use_cases.register import Register
from shared.hosting import Foundation, Job, host
from shared.web.idempotency import Idempotency
from shared.web.pages import Pages, serve_static
from shared.web.tokens import ApiTokens, UnsubscribeTokens


def create_app(settings: ComplianceSettings) -> FastAPI:
    """Return the application."""
    base = Foundation("compliance", settings, metadata)
    register = Register(base.clock, base.outbox, settings.secret)
    revoked = frozenset(part.strip() for part in settings.revoked_tokens.split(",") if part.strip())
    tokens = ApiTokens(settings.secret, base.clock, revoked)
    idempotency = Idempotency(base.database)
    pages = LinkPages(
        base.database,
        register,
        UnsubscribeTokens(settings.secret),
        Pages(TEMPLATES),
        settings.organisation_name,
        settings.organisation_address,
    )
    app = host(
        base,
        consumes=CONSUMES,
        handlers=handlers(register),
        routers=[
            pages_router(pages),
            reading_router(base.database, register, tokens),
            writing_router(register, tokens, idempotency),
        ],
        jobs=[Job("forget-idempotent-answers", timedelta(hours=1), idempotency.forget_old)],
        summary="Opt-outs: given by one click, obeyed everywhere.",
    )
    serve_static(app)
    return app
