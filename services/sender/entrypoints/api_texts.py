"""Text messages for the desk: what one costs, what became of an order's, what is uncertain."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query

from services.sender.adapters.texts import figures
from services.sender.adapters.texts.callbacks import Callbacks
from services.sender.domain.texts.hints import hints
from services.sender.domain.texts.sending import Reason
from services.sender.domain.texts.states import State
from services.sender.entrypoints.text_models import (
    Addresses,
    Estimate,
    Figures,
    SettledText,
    TextPage,
    Words,
    shown,
)
from services.sender.use_cases.texts.settle_text import Decision, NoSuchText, NotUncertain, SettleText
from shared.clock import Clock
from shared.persistence.database import Database
from shared.texting import measure
from shared.web.problems import Problem, documented
from shared.web.tokens import ApiTokens, Principal, allow

PAGE = 200
_TAKEN = (State.ACCEPTED, State.DELIVERED)


@dataclass(frozen=True)
class Prices:
    """What a part costs, and how many one text may have."""

    price: Decimal
    currency: str
    max_parts: int


def text_router(
    database: Database, clock: Clock, tokens: ApiTokens, prices: Prices, zone: ZoneInfo
) -> APIRouter:
    """Return the routes of texts under ``/api/v1``. ``zone`` is the organisation's."""
    api = APIRouter(prefix="/api/v1", tags=["texts"])
    _add_estimate(api, tokens, prices)
    _add_figures(api, database, tokens, prices)
    _add_texts(api, database, clock, tokens, zone)
    _add_decision(api, SettleText(database, clock), tokens)
    return api


def address_router(callbacks: Callbacks, tokens: ApiTokens) -> APIRouter:
    """Return the route that says where a gateway brings answers: for whoever sets the gateway up."""
    api = APIRouter(prefix="/api/v1", tags=["texts"])

    @api.get(
        "/texts/addresses",
        summary="Where the gateway is to bring answers from phones",
        dependencies=[Depends(allow(tokens, "admin", "desk"))],
        responses=documented(401, 403),
    )
    def show_addresses() -> Addresses:
        return Addresses(replies=callbacks.replies)

    return api


def _add_estimate(api: APIRouter, tokens: ApiTokens, prices: Prices) -> None:
    @api.post(
        "/texts/estimate",
        summary="What a text costs, and what makes it dear",
        dependencies=[Depends(allow(tokens, "orderer", "desk", "member_contact"))],
        responses=documented(401, 403, 422),
    )
    def estimate(words: Words) -> Estimate:
        measured = measure(words.text)
        parts = len(measured.parts)
        return Estimate(
            encoding=measured.encoding,
            characters=measured.units,
            parts=parts,
            room=measured.room,
            price_per_part=prices.price,
            cost=prices.price * parts,
            currency=prices.currency,
            foreign=list(measured.foreign),
            may_go=parts <= prices.max_parts,
            hints=list(hints(measured, prices.max_parts)),
        )


def _add_figures(api: APIRouter, database: Database, tokens: ApiTokens, prices: Prices) -> None:
    @api.get(
        "/orders/{order_id}/texts/figures",
        summary="What became of an order's texts, in figures",
        dependencies=[Depends(allow(tokens, "reader", "desk"))],
        responses=documented(401, 403, 404),
    )
    async def show_figures(order_id: UUID) -> Figures:
        async with database.begin() as conn:
            counts = await figures.count(conn, order_id, prices.price)
        if not counts:
            raise Problem(404, "There are no texts for this order")
        return _figures(order_id, counts, prices.currency)


def _add_texts(api: APIRouter, database: Database, clock: Clock, tokens: ApiTokens, zone: ZoneInfo) -> None:
    @api.get(
        "/orders/{order_id}/texts",
        summary="The texts of an order, by state",
        dependencies=[Depends(allow(tokens, "desk"))],
        responses=documented(401, 403, 422),
    )
    async def list_texts(
        order_id: UUID,
        state: State | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
    ) -> TextPage:
        async with database.begin() as conn:
            found = await figures.page(conn, order_id, state, after, limit)
        texts = [shown(each, clock.now(), zone) for each in found]
        return TextPage(texts=texts, next=texts[-1].text_id if len(texts) == limit else None)


def _add_decision(api: APIRouter, settle: SettleText, tokens: ApiTokens) -> None:
    @api.post(
        "/texts/{text_id}/{decision}",
        summary="Send a held text again, or give it up",
        responses=documented(401, 403, 404, 409),
    )
    async def settle_text(
        text_id: UUID, decision: Decision, caller: Annotated[Principal, Depends(allow(tokens, "desk"))]
    ) -> SettledText:
        try:
            state = await settle(text_id, decision, caller.subject)
        except NoSuchText:
            raise Problem(404, "There is no such text") from None
        except NotUncertain as problem:
            raise Problem(409, "Nothing about this text is uncertain", f"It is {problem.state}.") from None
        return SettledText(text_id=text_id, state=state)


def _figures(order_id: UUID, counts: Sequence[figures.Count], currency: str) -> Figures:
    def texts(*states: State) -> int:
        return sum(each.texts for each in counts if each.state in states)

    taken = [each for each in counts if each.state in _TAKEN or each.reason == Reason.UNDELIVERED]
    ended = [each for each in counts if each.state in (State.FAILED, State.SUPPRESSED)]
    return Figures(
        order_id=order_id,
        texts=sum(each.texts for each in counts),
        waiting=texts(State.PLANNED, State.DEFERRED, State.SUBMITTING),
        sent=sum(each.texts for each in taken),
        delivered=texts(State.DELIVERED),
        uncertain=texts(State.UNCERTAIN),
        not_reached={each.reason: each.texts for each in ended},
        parts=sum(each.parts for each in taken),
        cost=sum((each.cost for each in counts), Decimal()),
        currency=currency,
    )
