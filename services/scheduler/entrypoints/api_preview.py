"""The API of what is seen before a Wednesday: previews and simulations for many, names for the desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.foresight import NamedMail
from services.scheduler.adapters.previews import Preview
from services.scheduler.domain.timetable import over
from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.entrypoints import preview_lines
from services.scheduler.entrypoints import schemas_preview as schemas
from services.scheduler.entrypoints.api import api_tokens
from services.scheduler.entrypoints.preview_csv import as_csv
from services.scheduler.entrypoints.schemas import unheard
from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases.foresee import Begins, Foresee
from services.scheduler.use_cases.preview_edition import (
    AlreadyDecided,
    NothingToPreview,
    PreviewEdition,
    audience,
)
from services.scheduler.use_cases.preview_mails import PreviewMails, Programme
from services.scheduler.use_cases.preview_order import PreviewOrder
from services.scheduler.use_cases.simulate import Simulate, UnheardNames, UnknownOrders
from shared.contracts.intake import OrderAccepted, SectionText
from shared.hosting import Foundation
from shared.ids import new_id
from shared.web import spreadsheet
from shared.web.problems import Problem, documented
from shared.web.tokens import ApiTokens, Principal, allow

Which = UUID | Literal["coming"]
"""An edition, or the one that leaves next."""

_SIMULATED = "simulation"


def preview_router(
    base: Foundation, settings: SchedulerSettings, plan: WeekPlan, foresee: Foresee
) -> APIRouter:
    """Return the routes, over one database."""
    tokens = api_tokens(base, settings)
    router = APIRouter(prefix="/api/v1", responses=documented(401, 403), tags=["previews"])
    figures = [Depends(allow(tokens, "desk", "reader"))]
    preview = PreviewEdition(base.database, base.clock, plan, foresee)
    _add_previews(router, preview, figures, tokens, settings.edition_capacity)
    _add_progress(router, preview, tokens, settings.edition_capacity)
    _add_names(
        router, PreviewMails(base.database, base.clock, plan, foresee), [Depends(allow(tokens, "desk"))]
    )
    _add_order(router, PreviewOrder(base.database, plan), figures)
    _add_simulation(router, Simulate(base.database, foresee), figures, base)
    return router


def _add_previews(
    router: APIRouter, preview: PreviewEdition, figures: list[Any], tokens: ApiTokens, capacity: int
) -> None:
    @router.post(
        "/editions/{edition}/preview",
        summary="Preview a Wednesday as of that day",
        description="Keeps the figures, so that the next preview can say what changed. `coming`: the one "
        "that leaves next. Once it is frozen, the figures are those of what was frozen.",
        responses=documented(404, 409),
    )
    async def make_preview(
        edition: Which, caller: Annotated[Principal, Depends(allow(tokens, "desk"))]
    ) -> schemas.PreviewAnswer:
        with _refusals():
            return _preview(*await preview(_id(edition), caller.subject), preview.plan, capacity)

    @router.get(
        "/editions/{edition}/preview",
        summary="The latest preview of a Wednesday",
        dependencies=figures,
        responses=documented(404, 409),
    )
    async def show_preview(edition: Which) -> schemas.PreviewAnswer:
        with _refusals():
            return _preview(*await preview.latest(_id(edition)), preview.plan, capacity)


def _add_progress(router: APIRouter, preview: PreviewEdition, tokens: ApiTokens, capacity: int) -> None:
    @router.post(
        "/editions/{edition}/preview.ndjson",
        summary="Preview a Wednesday, and see how far it is",
        description="The same, for large editions: a line of JSON for each step (`waiting` for a preview "
        "that another makes, `counting`, `weighing`, `comparing`) and at least one a second, as "
        '`{"step": "counting", "seconds": 2.0}`; the last has the step `done` and the `preview`. Lines that '
        "end without it tell that it could not be made.",
        responses={**documented(404, 409), 200: {"content": {preview_lines.MEDIA_TYPE: {}}}},
        response_class=StreamingResponse,
    )
    async def tell_preview(
        edition: Which, caller: Annotated[Principal, Depends(allow(tokens, "desk"))]
    ) -> StreamingResponse:
        async def make(begins: Begins) -> schemas.PreviewAnswer:
            return _preview(*await preview(_id(edition), caller.subject, begins), preview.plan, capacity)

        with _refusals():
            return StreamingResponse(await preview_lines.as_lines(make), media_type=preview_lines.MEDIA_TYPE)


def _add_names(router: APIRouter, mails: PreviewMails, allowed: list[Any]) -> None:
    @router.get(
        "/editions/{edition}/preview/mails",
        summary="Who would get what",
        description="As of now, in the order of the addresses' numbers. A page may be shorter than `limit`, "
        "or empty, and still have a next one.",
        dependencies=allowed,
        responses=documented(404, 409, 422),
    )
    async def list_mails(
        edition: Which,
        after: Annotated[int, Query(ge=0, description="`next` of a page.")] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> schemas.MailPage:
        with _refusals():
            programme = await mails.programme(_id(edition))
        found, following = await mails.page(programme.lineup, after=after, limit=limit)
        return schemas.MailPage(mails=[_mail(mail, programme) for mail in found], next=following)

    @router.get(
        "/editions/{edition}/preview.csv",
        summary="Who would get what, as a file",
        dependencies=allowed,
        responses={**documented(404, 409), 200: {"content": {"text/csv": {}}}},
        response_class=StreamingResponse,
    )
    async def export(edition: Which) -> StreamingResponse:
        with _refusals():
            programme = await mails.programme(_id(edition))
        name = f"onsdag-{programme.edition.wednesday}-preview.csv"
        return StreamingResponse(
            as_csv(mails.all(programme.lineup), programme.orders),
            media_type=spreadsheet.MEDIA_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _add_order(router: APIRouter, preview: PreviewOrder, allowed: list[Any]) -> None:
    @router.get(
        "/orders/{order_id}/preview",
        summary="What one order would come to on its Wednesday",
        dependencies=allowed,
        responses=documented(404, 409),
    )
    async def preview_order(order_id: UUID) -> schemas.OrderPreview:
        with _refusals():
            alone = await preview(order_id)
        return schemas.OrderPreview(
            order_id=order_id,
            edition_id=alone.edition.edition_id,
            wednesday=alone.edition.wednesday,
            ordered=alone.counts.ordered,
            recipients=alone.counts.recipients,
            mails=alone.counts.mails,
            excluded=alone.counts.excluded,
            since_acceptance=audience(alone.since) if alone.since else None,
            unheard_of=unheard(alone.unheard),
        )


def _add_simulation(router: APIRouter, simulate: Simulate, allowed: list[Any], base: Foundation) -> None:
    @router.post(
        "/simulations",
        summary="Simulate a Wednesday from any set of orders",
        description="Runs the merge over known orders and drafts together. Nothing is sent or kept.",
        dependencies=allowed,
        responses=documented(404, 422),
    )
    async def simulate_wednesday(asked: schemas.SimulationRequest) -> schemas.WednesdayFigures:
        drafts = [_draft(draft, base) for draft in asked.drafts]
        with _refusals():
            figures = await simulate(asked.day, asked.orders, drafts)
        return schemas.WednesdayFigures.model_validate(figures)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except NothingToPreview as missing:
        raise Problem(404, str(missing)) from None
    except UnknownOrders as missing:
        raise Problem(404, "Some orders are not known", f"They are: {missing}.") from None
    except UnheardNames as unheard_of:
        raise Problem(422, "A draft names something unknown", str(unheard_of), rule="A7") from None
    except AlreadyDecided as decided:
        raise Problem(409, "There is nothing to foresee", f"{decided}.") from None


def _id(edition: Which) -> UUID | None:
    return None if edition == "coming" else edition


def _preview(edition: Edition, preview: Preview, plan: WeekPlan, capacity: int) -> schemas.PreviewAnswer:
    day = edition.wednesday
    named = {"edition_id": edition.edition_id, "wednesday": day, "warning": plan.warning(day)}
    frozen = {"frozen_at": edition.frozen_at}
    made = {"made_at": preview.made_at, "made_by": preview.made_by}
    room = {"capacity": capacity or None, "over_capacity": over(preview.figures["mails"], capacity)}
    return schemas.PreviewAnswer.model_validate({**preview.figures, **named, **frozen, **made, **room})


def _mail(mail: NamedMail, programme: Programme) -> schemas.MailInPreview:
    readers = [
        schemas.MailReader(
            person_id=reader.person_id,
            name=reader.name,
            sections=[
                schemas.SectionForReader(order_id=programme.orders[position].order_id, roles=list(roles))
                for position, roles in reader.sections.items()
            ],
        )
        for reader in mail.readers
    ]
    return schemas.MailInPreview(
        address=mail.address,
        language=mail.language,
        order_ids=[programme.orders[position].order_id for position in mail.sections],
        readers=readers,
    )


def _draft(draft: schemas.Draft, base: Foundation) -> OrderAccepted:
    return OrderAccepted(
        order_id=new_id(),
        unit_id=draft.unit_id,
        unit_name=draft.unit_id,
        ordered_by=_SIMULATED,
        title=draft.title,
        order_class=draft.order_class,
        audience=draft.audience,
        texts={
            language: SectionText(subject=draft.title, markdown="x" * size)
            for language, size in draft.bytes.items()
        },
        completed_at=base.clock.now(),
    )
