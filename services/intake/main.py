"""Intake's application: the only place that builds its objects."""

from datetime import timedelta

from fastapi import FastAPI

from services.intake.adapters.tables import metadata
from services.intake.entrypoints.decisions_api import decisions_router
from services.intake.entrypoints.events import handlers
from services.intake.entrypoints.names_api import names_router
from services.intake.entrypoints.orders_api import orders_router
from services.intake.entrypoints.units_api import units_router
from services.intake.entrypoints.window import Window
from services.intake.settings import IntakeSettings
from services.intake.topology import CONSUMES
from services.intake.use_cases.desk import Desk
from services.intake.use_cases.warn_unanswered import warn_unanswered
from shared.closed_days import closed_days
from shared.hosting import Foundation, Job, host
from shared.web.idempotency import Idempotency
from shared.web.tokens import ApiTokens


def create_app(settings: IntakeSettings) -> FastAPI:
    """Return the application."""
    base = Foundation("intake", settings, metadata)
    desk = Desk(
        clock=base.clock,
        outbox=base.outbox,
        house=settings.house_rules,
        is_closed=closed_days(settings.holidays, settings.own_closed_days),
        review=settings.review,
        answer_working_days=settings.answer_working_days,
        office_closes=settings.office_closes,
    )
    revoked = frozenset(part.strip() for part in settings.revoked_tokens.split(",") if part.strip())
    tokens = ApiTokens(settings.secret, base.clock, revoked)
    idempotency = Idempotency(base.database)
    window = Window(base.database, desk, tokens, idempotency)

    async def warn() -> None:
        await warn_unanswered(base.database, desk)

    return host(
        base,
        consumes=CONSUMES,
        handlers=handlers(desk),
        routers=[
            orders_router(window),
            decisions_router(window),
            units_router(window),
            names_router(window),
        ],
        jobs=[
            Job("warn-unanswered", timedelta(seconds=settings.answer_sweep_seconds), warn),
            Job("forget-idempotent-answers", timedelta(hours=1), idempotency.forget_old),
        ],
        summary="Orders, their checklist and their answers.",
    )
