"""The calendar as JSON and as a feed with secret addresses."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import calendar
from services.scheduler.adapters.icalendar_feed import as_ical
from services.scheduler.domain.timetable import CalendarDay, over, timetable
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.entrypoints import schemas_calendar as schemas
from services.scheduler.entrypoints.api import api_tokens
from services.scheduler.settings import SchedulerSettings
from shared.hosting import Foundation
from shared.web.problems import Problem, documented
from shared.web.tokens import ApiTokens, Principal, allow

FEED_WEEKS = 26
ICS = "text/calendar; charset=utf-8"


def calendar_router(base: Foundation, settings: SchedulerSettings, plan: WeekPlan) -> APIRouter:
    """Return the routes, over one database."""
    tokens = api_tokens(base, settings)
    router = APIRouter(prefix="/api/v1/calendar", responses=documented(401, 403), tags=["calendar"])
    _add_calendar(router, base, settings, plan, tokens)
    _add_feeds(router, base, tokens, (settings.calendar_url or settings.public_url).rstrip("/"))
    return router


def feed_router(base: Foundation, settings: SchedulerSettings, plan: WeekPlan) -> APIRouter:
    """Return the route that calendar programs read: whoever knows the address may."""
    router = APIRouter(tags=["calendar"])
    name = f"{settings.organisation_name}: onsdagsutskick"

    @router.get(
        "/calendar/{secret}/onsdag.ics",
        summary="The calendar for calendar programs (RFC 5545)",
        responses=documented(404) | {304: {"description": "It has not changed."}},
        response_class=Response,
    )
    async def read_feed(
        secret: Annotated[str, Path(min_length=20, max_length=200)],
        if_none_match: Annotated[str, Header()] = "",
    ) -> Response:
        async with base.database.begin() as conn:
            if not await calendar.holds(conn, secret):
                raise Problem(404, "There is no such calendar", "The address is unknown or was revoked.")
            days = await _days(conn, base, plan, FEED_WEEKS)
            gone = await calendar.gone(conn, days[0].day, days[-1].day) if days else {}
        body = as_ical(days, name, plan.zone, gone)
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if tag in [part.strip().removeprefix("W/") for part in if_none_match.split(",")]:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=ICS, headers=headers)

    return router


def _add_calendar(
    router: APIRouter, base: Foundation, settings: SchedulerSettings, plan: WeekPlan, tokens: ApiTokens
) -> None:
    @router.get(
        "",
        summary="The coming Wednesdays and extra editions",
        dependencies=[Depends(allow(tokens, "desk", "reader"))],
        responses=documented(422),
    )
    async def show_calendar(weeks: Annotated[int, Query(ge=1, le=104)] = 12) -> schemas.CalendarOut:
        async with base.database.begin() as conn:
            days = await _days(conn, base, plan, weeks)
        told = [_day(day, settings.edition_capacity) for day in days]
        return schemas.CalendarOut(time_zone=plan.zone.key, days=told)


def _add_feeds(router: APIRouter, base: Foundation, tokens: ApiTokens, public: str) -> None:
    desk = allow(tokens, "desk")

    @router.post("/feeds", status_code=201, summary="Make a secret address", responses=documented(422))
    async def make_feed(
        given: schemas.FeedIn, caller: Annotated[Principal, Depends(desk)]
    ) -> schemas.NewFeed:
        secret = secrets.token_urlsafe(32)
        async with base.database.begin() as conn:
            now = base.clock.now()
            feed_id = await calendar.make_feed(conn, given.name, secret, caller.subject, now)
        return schemas.NewFeed(feed_id=feed_id, url=f"{public}/calendar/{secret}/onsdag.ics")

    @router.get("/feeds", summary="The secret addresses, without the secrets", dependencies=[Depends(desk)])
    async def list_feeds() -> schemas.FeedList:
        async with base.database.begin() as conn:
            found = await calendar.feeds(conn)
        return schemas.FeedList(
            feeds=[
                schemas.FeedOut(**{name: getattr(each, name) for name in schemas.FeedOut.model_fields})
                for each in found
            ]
        )

    @router.delete(
        "/feeds/{feed_id}", status_code=204, summary="Revoke a secret address", responses=documented(404)
    )
    async def revoke_feed(feed_id: UUID, caller: Annotated[Principal, Depends(desk)]) -> None:
        async with base.database.begin() as conn:
            if not await calendar.revoke(conn, feed_id, caller.subject, base.clock.now()):
                raise Problem(404, "There is no such address", "It is unknown or was revoked already.")


async def _days(conn: AsyncConnection, base: Foundation, plan: WeekPlan, weeks: int) -> list[CalendarDay]:
    today = base.clock.now().astimezone(plan.zone).date()
    found = await calendar.between(conn, today, today + timedelta(weeks=weeks))
    return timetable(plan, found, today, weeks)


def _day(day: CalendarDay, capacity: int) -> schemas.CalendarDayOut:
    edition = day.edition
    mails = edition.mails if edition else None
    return schemas.CalendarDayOut(
        day=day.day,
        week=day.day.isocalendar().week,
        closed=day.closed,
        half_day=day.half,
        warning=day.warning,
        cutoff_at=day.freeze_at,
        undo_from=day.undo_at,
        release_at=day.release_at,
        edition_id=edition.edition_id if edition else None,
        state=edition.state if edition else None,
        extra=edition.extra if edition else False,
        moved_from=edition.moved_from if edition else None,
        orders=list(edition.titles) if edition else [],
        capacity=capacity or None,
        mails=mails,
        over_capacity=over(mails, capacity),
    )
