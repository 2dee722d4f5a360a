"""The scheduler, built."""

from datetime import timedelta

from fastapi import FastAPI

from services.scheduler.adapters.tables import metadata
from services.scheduler.domain.half_days import half_days
from services.scheduler.domain.late_editions import Deadline
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.entrypoints.api import api_tokens, make_router
from services.scheduler.entrypoints.api_after import after_router
from services.scheduler.entrypoints.api_audiences import make_router as audience_router
from services.scheduler.entrypoints.api_calendar import calendar_router, feed_router
from services.scheduler.entrypoints.api_during import during_router
from services.scheduler.entrypoints.api_extra import extra_router
from services.scheduler.entrypoints.api_preview import preview_router
from services.scheduler.entrypoints.api_register import register_router
from services.scheduler.entrypoints.api_texts import text_router
from services.scheduler.entrypoints.api_withdrawing import withdrawing_router
from services.scheduler.entrypoints.events import handlers
from services.scheduler.settings import SchedulerSettings
from services.scheduler.topology import CONSUMES
from services.scheduler.use_cases.complete_edition import CompleteEditions
from services.scheduler.use_cases.count_savings import CountSavings
from services.scheduler.use_cases.foresee import Foresee
from services.scheduler.use_cases.forget_addresses import ForgetAddresses
from services.scheduler.use_cases.freeze_edition import FreezeDue
from services.scheduler.use_cases.hand_over import HandOver
from services.scheduler.use_cases.move_closed import MoveClosed
from services.scheduler.use_cases.park_edition import ParkMissed
from services.scheduler.use_cases.plan_texts import PlanTexts
from services.scheduler.use_cases.release_edition import ReleaseDue
from services.scheduler.use_cases.resend_batches import ResendBatches
from services.scheduler.use_cases.send_batches import SendBatches
from services.scheduler.use_cases.tell_names import TellNames
from services.scheduler.use_cases.watch_audiences import ForgetPreviews, WatchAudiences
from shared.closed_days import closed_days
from shared.hosting import Foundation, Job, host


def week_plan(settings: SchedulerSettings) -> WeekPlan:
    """Return the organisation's week."""
    is_closed = closed_days(settings.holidays, settings.own_closed_days)
    return WeekPlan(
        zone=settings.zone,
        is_closed=is_closed,
        is_half_day=half_days(is_closed, settings.own_half_days, eves=settings.half_day_eves),
        cutoff_weekday=settings.cutoff_weekday,
        cutoff_time=settings.cutoff_time,
        release_time=settings.release_time,
        undo=settings.undo,
    )


def create_app(settings: SchedulerSettings) -> FastAPI:
    """Return the scheduler's application."""
    base = Foundation("scheduler", settings, metadata)
    plan = week_plan(settings)
    deadline = Deadline(plan, settings.park_after)
    send = SendBatches(base.outbox, base.clock, deadline)
    texts = PlanTexts(base.outbox, settings.secret, settings.phone_country, settings.zone)
    foresee = Foresee(settings.largest_mail, settings.limits, settings.most_sections)
    return host(
        base,
        consumes=CONSUMES,
        handlers=handlers(settings.secret, plan, base.outbox, texts, settings.edition_capacity),
        routers=[
            make_router(base, settings),
            during_router(base, settings, plan),
            calendar_router(base, settings, plan),
            extra_router(base, settings, plan),
            withdrawing_router(base, settings),
            feed_router(base, settings, plan),
            audience_router(base, settings),
            text_router(base.database, api_tokens(base, settings)),
            register_router(base, settings),
            preview_router(base, settings, plan, foresee),
            after_router(base, settings, plan, foresee),
        ],
        jobs=sweepers(base, settings, plan, send),
        summary="Puts orders on Wednesdays, merges them into one mail per recipient, and releases them.",
    )


def sweepers(base: Foundation, settings: SchedulerSettings, plan: WeekPlan, send: SendBatches) -> list[Job]:
    """Return what looks for work that is due. Each stands any number of processes doing it at once."""
    every = timedelta(seconds=settings.sweep_seconds)
    database, outbox, clock = base.database, base.outbox, base.clock
    move = MoveClosed(database, outbox, clock, plan, settings.edition_capacity)
    park = ParkMissed(database, outbox, clock, send.deadline, settings.organisation_address)
    freeze = FreezeDue(database, outbox, clock, plan, settings.park_after, settings.most_sections)
    release = ReleaseDue(database, outbox, clock, settings.park_after, plan, settings.edition_capacity)
    hand_over = HandOver(database, outbox, clock, send)

    async def wednesday() -> None:
        await park()
        await move()
        await freeze()
        await release()
        await hand_over()

    return [
        Job("resend-batches", every, ResendBatches(database, clock, send, settings.resend_after)),
        Job("wednesday", every, wednesday),
        Job("forget-addresses", timedelta(hours=1), ForgetAddresses(database)),
        Job(
            "watch-audiences",
            every,
            WatchAudiences(
                database, outbox, clock, plan, settings.audience_look, settings.audience_moved_percent
            ),
        ),
        Job("tell-names", every, TellNames(database, outbox)),
        Job("count-savings", every, CountSavings(database)),
        Job("forget-previews", timedelta(hours=1), ForgetPreviews(database)),
        Job("complete-editions", every, CompleteEditions(database, outbox, clock, settings.uncertain_after)),
    ]
