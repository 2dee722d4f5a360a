"""Units and their named people over HTTP: ``/api/v1/units``."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters.register import NamedPerson, listed_units
from services.intake.entrypoints.problems import explained
from services.intake.entrypoints.unit_models import NamedPersonOut, PeopleIn, PeopleOut, UnitOut, UnitPage
from services.intake.entrypoints.window import Window
from services.intake.use_cases.name_people import name_people, people_of
from shared.web.idempotency import Answer, Write, write_of
from shared.web.problems import documented
from shared.web.tokens import Principal, allow

READING = documented(401, 403, 404)
WRITING = documented(400, 401, 403, 404, 409, 422)


def units_router(window: Window) -> APIRouter:
    """Return the routes of units."""
    router = APIRouter(prefix="/api/v1/units", tags=["units"])
    _add_reading(router, window)
    _add_naming(router, window)
    return router


def _add_reading(router: APIRouter, window: Window) -> None:
    listing = Depends(allow(window.tokens, "orderer", "desk", "reader"))
    desk_only = Depends(allow(window.tokens, "desk"))

    @router.get("", summary="List units by name", responses=documented(401, 403, 422))
    async def units(
        _: Annotated[Principal, listing],
        words: Annotated[
            str | None, Query(max_length=200, description="Part of the name, or the id.")
        ] = None,
        region: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> UnitPage:
        async with window.database.begin() as conn:
            total, rows = await listed_units(conn, words, region, limit, offset)
        return UnitPage(total=total, units=[UnitOut.model_validate(dict(row)) for row in rows])

    @router.get("/{unit_id}/named-people", summary="Who may order for a unit (A9)", responses=READING)
    async def named(unit_id: str, _: Annotated[Principal, desk_only]) -> PeopleOut:
        with explained():
            async with window.database.begin() as conn:
                return _people(unit_id, await people_of(conn, unit_id))


def _add_naming(router: APIRouter, window: Window) -> None:
    desk_only = Depends(allow(window.tokens, "desk"))

    async def replace(
        write: Write, caller: Principal, unit_id: str, people: Sequence[tuple[str, str]]
    ) -> Response:
        async def effect(conn: AsyncConnection) -> Answer:
            return Answer(200, _people(unit_id, await name_people(conn, unit_id, people)))

        return await window.write(write, caller, effect)

    @router.put("/{unit_id}/named-people", response_model=PeopleOut, responses=WRITING,
                summary="Name up to two people besides those of the CRM (A9)")  # fmt: skip
    async def name(
        unit_id: str,
        given: PeopleIn,
        caller: Annotated[Principal, desk_only],
        write: Annotated[Write, Depends(write_of)],
    ) -> Response:
        people = {person.address: person.name for person in given.people}
        return await replace(write, caller, unit_id, list(people.items()))

    @router.delete("/{unit_id}/named-people", response_model=PeopleOut, responses=WRITING,
                   summary="Name nobody besides those of the CRM")  # fmt: skip
    async def clear(
        unit_id: str, caller: Annotated[Principal, desk_only], write: Annotated[Write, Depends(write_of)]
    ) -> Response:
        return await replace(write, caller, unit_id, [])


def _people(unit_id: str, people: Sequence[NamedPerson]) -> PeopleOut:
    found = [NamedPersonOut.model_validate(person, from_attributes=True) for person in people]
    return PeopleOut(unit_id=unit_id, people=found)
