"""Asking a gateway over HTTP, and what its status means. One connection a text: an idle one that the server
closes meanwhile would leave the next text uncertain."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from services.sender.domain.replies import one_line
from services.sender.domain.texts.gateway import AnswerLost, Later, NotHandedOver, Refused

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_OURS = frozenset({401, 402, 403, 404, 405, 407, 501, 505})
"""Password, credit or address are wrong: our fault, not this text's, and mended by people."""
_LATER = frozenset({408, 425, 429})
"""The request was not read, or not taken, and says so."""


def new_client(seconds: float, auth: httpx.BasicAuth | None = None) -> httpx.AsyncClient:
    """Return a client that keeps no connection and follows no redirect."""
    return httpx.AsyncClient(
        timeout=seconds, auth=auth, limits=httpx.Limits(max_keepalive_connections=0), trust_env=False
    )


@dataclass(frozen=True)
class HttpRequest:
    """What is asked. ``content`` is the encoded body."""

    method: str
    url: str
    headers: dict[str, str]
    content: bytes


async def ask(client: httpx.AsyncClient, request: HttpRequest) -> httpx.Response:
    """Return the answer. Raises NotHandedOver if nothing was sent, AnswerLost if nobody knows."""
    try:
        return await client.request(
            request.method, request.url, headers=request.headers, content=request.content
        )
    except _NOT_SENT as problem:
        raise NotHandedOver(_named(problem)) from problem
    except httpx.HTTPError as problem:
        raise AnswerLost(_named(problem)) from problem


def refusal(answer: httpx.Response) -> Later | Refused | None:
    """Return what a status other than 2xx means; None for 2xx.

    Raises AnswerLost for an error of the server's own or of a proxy before it (RFC 9110 §15.6): it may have
    happened after the text was taken. A 503 that says when to come again has taken nothing.
    """
    reply = one_line(f"{answer.status_code} {answer.text[:400]}")
    if answer.is_success:
        return None
    if answer.status_code in _LATER | _OURS or _is_put_off(answer):
        return Later(reply, _named_time(answer))
    if answer.status_code >= 500:
        raise AnswerLost(reply)
    return Refused(reply)


def _is_put_off(answer: httpx.Response) -> bool:
    return answer.status_code == 503 and "retry-after" in answer.headers


def _named_time(answer: httpx.Response) -> timedelta | None:
    """Return the Retry-After of an answer (RFC 9110 §10.2.3): seconds, or a date."""
    named = answer.headers.get("retry-after", "").strip()
    if named.isdecimal():
        return timedelta(seconds=min(int(named), 10**6))
    if (at := _moment(named)) is None:
        return None
    return max(at - (_moment(answer.headers.get("date", "")) or datetime.now(UTC)), timedelta())


def _moment(written: str) -> datetime | None:
    """Return a date of a header, in UTC where it names no zone; None if it is none."""
    try:
        at = parsedate_to_datetime(written)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _named(problem: Exception) -> str:
    """Say what happened without the URL, which may hold a password."""
    return type(problem).__name__
