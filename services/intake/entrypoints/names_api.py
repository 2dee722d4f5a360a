"""The names that an audience may use, over HTTP: ``/api/v1/names``."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from services.intake.adapters import names
from services.intake.entrypoints.window import Window
from shared.web.problems import documented
from shared.web.tokens import allow


class NamesOut(BaseModel):
    """Names that an order may use. Empty: the register has not come, and none is refused."""

    assignment_types: list[str] = Field(examples=[["kassör", "ordförande"]])
    agreements: list[str] = Field(examples=[["hök"]])
    occupational_groups: list[str] = Field(examples=[["undersköterska"]])


def names_router(window: Window) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api/v1/names", tags=["orders"], responses=documented(401, 403))
    allowed = Depends(allow(window.tokens, "orderer", "desk", "reader"))

    @router.get("", summary="The names that an audience may use (A7, D5)", dependencies=[allowed])
    async def show_names() -> NamesOut:
        async with window.database.begin() as conn:
            known = window.desk.house.names.or_else(await names.known(conn))
        return NamesOut(**{what: sorted(getattr(known, what)) for what in NamesOut.model_fields})

    return router
