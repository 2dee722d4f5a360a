"""Onboarding's application: the only place that builds its objects."""

from datetime import timedelta

from fastapi import FastAPI

from services.onboarding.adapters.overview import Moment
from services.onboarding.adapters.tables import metadata
from services.onboarding.domain.letters import HouseTexts
from services.onboarding.entrypoints.api import Window, onboarding_router
from services.onboarding.entrypoints.events import handlers
from services.onboarding.settings import OnboardingSettings
from services.onboarding.topology import CONSUMES
from services.onboarding.use_cases.correspondence import Correspondence
from services.onboarding.use_cases.sweep_mails import ask_again, send_missing
from services.onboarding.use_cases.watch_steps import watch_steps
from shared.hosting import Foundation, Job, host
from shared.web.tokens import ApiTokens


def create_app(settings: OnboardingSettings) -> FastAPI:
    """Return the application."""
    base = Foundation("onboarding", settings, metadata)
    correspondence = Correspondence(
        outbox=base.outbox,
        limits=settings.limits,
        zone=settings.zone,
        house=HouseTexts(
            organisation=settings.organisation_name,
            trainings=settings.newcomer_trainings,
            action=settings.newcomer_action,
            contact_language=settings.member_contact_language,
        ),
        letter_wait=settings.letter_wait,
        patience=settings.unanswered,
    )
    revoked = frozenset(part.strip() for part in settings.revoked_tokens.split(",") if part.strip())
    tokens = ApiTokens(settings.secret, base.clock, revoked)
    window = Window(base.database, base.clock, tokens, settings.zone, settings.unanswered)
    return host(
        base,
        consumes=CONSUMES,
        handlers=handlers(correspondence),
        routers=[onboarding_router(window)],
        jobs=sweepers(base, settings, correspondence),
        summary="Newcomers' timelines: who is told, written to and called, by when.",
    )


def sweepers(base: Foundation, settings: OnboardingSettings, correspondence: Correspondence) -> list[Job]:
    """Return what looks for mails that are due. Each stands any number of processes doing it at once."""
    every = timedelta(seconds=settings.onboarding_sweep_seconds)

    async def send() -> None:
        await send_missing(base.database, base.clock, correspondence)

    async def ask() -> None:
        await ask_again(base.database, base.clock, correspondence)

    async def watch() -> None:
        await watch_steps(base.database, Moment(base.clock.now(), settings.unanswered))

    return [Job("send-missing", every, send), Job("ask-again", every, ask), Job("watch-steps", every, watch)]
