"""What gateways call: delivery reports, and answers from phones. The address itself is the proof."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Annotated
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.sender.adapters.texts.callbacks import REPLIES, REPORTS, Callbacks
from services.sender.domain.texts.gateway import Hear
from services.sender.domain.texts.reports import Reply, Report
from shared.web.problems import Problem, documented

LONGEST = 20_000
"""Octets of a callback's body."""

_SENDERS = ("from", "sender", "msisdn", "source")
_WORDS = ("message", "text", "body", "content")

Said = Mapping[str, str]
Prove = Callable[[str, str], None]
TakeReport = Callable[..., Awaitable[Response]]


async def said_in(request: Request) -> Said:
    """Return the fields of a form or of a JSON object. Raises a problem for anything else."""
    body = await request.body()
    if len(body) > LONGEST:
        raise Problem(413, "The callback is too long")
    if "json" not in request.headers.get("content-type", ""):
        return dict(parse_qsl(body.decode("utf-8", "replace")))
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Problem(400, "The callback is not JSON") from None
    if not isinstance(document, dict):
        raise Problem(400, "The callback is not an object")
    return {str(name): str(value) for name, value in document.items()}


def callback_router(
    callbacks: Callbacks, read_report: Callable[[Said], Report | None], hear: Hear
) -> APIRouter:
    """Return the routes that gateways call. A wrong code is answered like an address that is none."""
    api = APIRouter(tags=["callbacks"])

    def prove(what: str, code: str) -> None:
        if not callbacks.proves(what, code):
            raise Problem(404, "There is nothing here")

    async def report(said: Said, text_id: UUID, attempt: int | None = None) -> Response:
        if found := read_report(said):
            await hear(replace(found, text_id=text_id, attempt=attempt))
        return Response(status_code=204)

    _add_reports(api, prove, report)
    _add_replies(api, prove, hear)
    return api


def _add_reports(api: APIRouter, prove: Prove, report: TakeReport) -> None:
    @api.post(
        REPORTS + "/{text_id}/{attempt}/{code}",
        status_code=204,
        summary="A gateway reports on an attempt at a text",
        responses=documented(400, 404, 413),
    )
    async def take_report(
        text_id: UUID, attempt: int, code: str, said: Annotated[Said, Depends(said_in)]
    ) -> Response:
        prove(f"{text_id}/{attempt}", code)
        return await report(said, text_id, attempt)

    @api.post(
        REPORTS + "/{text_id}/{code}",
        status_code=204,
        summary="A gateway reports on a text that was handed over before attempts had addresses",
        responses=documented(400, 404, 413),
    )
    async def take_old_report(text_id: UUID, code: str, said: Annotated[Said, Depends(said_in)]) -> Response:
        prove(str(text_id), code)
        return await report(said, text_id)


def _add_replies(api: APIRouter, prove: Prove, hear: Hear) -> None:
    @api.post(
        REPLIES + "/{code}",
        summary="A gateway brings an answer from a phone",
        responses=documented(400, 404, 413),
    )
    async def take_reply(code: str, said: Annotated[Said, Depends(said_in)]) -> Response:
        prove("replies", code)
        await hear(Reply(_first(said, _SENDERS), _first(said, _WORDS)))
        return Response(status_code=200, media_type="text/plain")


def _first(said: Said, names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if said.get(name)), "")
