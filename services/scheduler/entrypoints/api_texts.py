"""Orders by text message for the desk: how many, to whom not, and what became of them (D7)."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.scheduler.adapters import texts
from services.scheduler.domain.texts import EXPLANATIONS, Reason
from shared.persistence.database import Database
from shared.web.problems import Problem, documented
from shared.web.tokens import ApiTokens, allow


class LeftOut(BaseModel):
    """How many people got no text, and why in words."""

    reason: Reason
    people: int
    explanation: str


class TextOrder(BaseModel):
    """An order by text message. ``states`` counts texts; several people may share one."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "order_id": "01950a00-0000-7000-8000-000000000001",
                "planned_at": "2027-02-17T10:00:00+00:00",
                "completed_at": None,
                "recipients": 40,
                "texts": 38,
                "states": {"accepted": 30, "delivered": 7, "failed": 1},
                "left_out": [
                    {
                        "reason": "missing_phone",
                        "people": 3,
                        "explanation": "Personen har inget telefonnummer i medlemsregistret.",
                    }
                ],
            }
        }
    )

    order_id: UUID
    planned_at: datetime
    completed_at: datetime | None = Field(description="When every text had its outcome.")
    recipients: int
    texts: int
    states: dict[str, int]
    left_out: list[LeftOut]


def text_router(database: Database, tokens: ApiTokens) -> APIRouter:
    """Return the route that shows an order by text message."""
    api = APIRouter(prefix="/api/v1", tags=["texts"])

    @api.get(
        "/orders/{order_id}/texts",
        summary="What became of an order by text message, in figures",
        dependencies=[Depends(allow(tokens, "reader", "desk"))],
        responses=documented(401, 403, 404),
    )
    async def show_texts(order_id: UUID) -> TextOrder:
        async with database.begin() as conn:
            found = await texts.overview(conn, order_id)
        if found is None:
            raise Problem(404, "There is no such order by text message")
        left_out = [
            LeftOut(reason=reason, people=people, explanation=EXPLANATIONS[reason])
            for reason, people in sorted(found.left_out.items())
        ]
        return TextOrder(
            order_id=order_id,
            planned_at=found.planned_at,
            completed_at=found.completed_at,
            recipients=found.recipients,
            texts=found.texts,
            states=dict(found.states),
            left_out=left_out,
        )

    return api
