"""Idempotent writes: the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header).

The first answer to a key is stored in the same transaction as the effect it reports, and repeated to
whoever sends the same request again. A key with another request is refused (422), and so is one whose
first request is still at work (409). Without a key a write simply happens.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from fastapi import Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import (
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    bindparam,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.persistence.database import Database
from shared.web.problems import MEDIA_TYPE as PROBLEM
from shared.web.problems import Problem, ProblemDetails

KEEP = timedelta(hours=24)
"""How long an answer is kept: a retry that comes later is a new request (F5)."""

_KEY = re.compile(
    r'^(?:"(?P<quoted>[\x20-\x21\x23-\x5b\x5d-\x7e]{1,255})"|(?P<bare>[\x21\x23-\x7e]{1,255}))$'
)
"""A structured-field string, or the same without its quotation marks as many clients send it."""

_CLAIM = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
_FIND = text(
    "SELECT fingerprint, status, media_type, headers, body FROM idempotent_answers "
    "WHERE caller = :caller AND key = :key"
).columns(headers=JSONB)
_KEEP = text(
    "INSERT INTO idempotent_answers (caller, key, fingerprint, status, media_type, headers, body) "
    "VALUES (:caller, :key, :fingerprint, :status, :media_type, :headers, :body)"
).bindparams(bindparam("headers", type_=JSONB))
_FORGET = text("DELETE FROM idempotent_answers WHERE stored_at < now() - CAST(:keep AS interval)")


def add_idempotency_table(metadata: MetaData) -> None:
    """Add the table of answers to a service's tables."""
    table = Table(
        "idempotent_answers",
        metadata,
        Column("caller", String(320), primary_key=True),
        Column("key", String(255), primary_key=True),
        Column("fingerprint", LargeBinary(32), nullable=False),
        Column("status", SmallInteger, nullable=False),
        Column("media_type", String(100), nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("stored_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    Index("idempotent_answers_stored_idx", table.c.stored_at)


@dataclass(frozen=True)
class Answer:
    """What a write answers. ``body`` is a model, a problem, or nothing."""

    status: int
    body: BaseModel | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        return Response(
            self.content, status_code=self.status, headers=dict(self.headers), media_type=self.media_type
        )

    @property
    def content(self) -> bytes:
        if self.body is None:
            return b""
        leave_out_none = isinstance(self.body, ProblemDetails)
        return self.body.model_dump_json(exclude_none=leave_out_none).encode()

    @property
    def media_type(self) -> str:
        return PROBLEM if isinstance(self.body, ProblemDetails) else "application/json"


@dataclass(frozen=True)
class Write:
    """A write as it came: its key, if it has one, and a fingerprint of the whole request."""

    key: str | None
    fingerprint: bytes


async def write_of(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="A name that the caller gives this write. The same request with the same key has its "
            "effect once and is answered alike for 24 hours.",
            examples=['"2f1b9c3e-7c0e-4d6a-9a56-3d6b1f0c7d10"'],
        ),
    ] = None,
) -> Write:
    """Dependency: what identifies a write. Raises a problem (400) for a key that cannot be one."""
    body = await request.body()
    target = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    fingerprint = hashlib.sha256(target + body).digest()
    if idempotency_key is None:
        return Write(None, fingerprint)
    match = _KEY.match(idempotency_key)
    if match is None:
        raise Problem(400, "The Idempotency-Key is not a string of 1 to 255 printable ASCII characters")
    return Write(match["quoted"] or match["bare"], fingerprint)


class Idempotency:
    """Runs writes once per caller and key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(
        self, write: Write, caller: str, effect: Callable[[AsyncConnection], Awaitable[Answer]]
    ) -> Response:
        """Run ``effect`` in a transaction, or repeat what was answered to this key before.

        An exception of ``effect`` rolls everything back and leaves the key free.
        """
        async with self._database.begin() as conn:
            if write.key is None:
                return (await effect(conn)).response()
            await _claim(conn, caller, write.key)
            known = await _known(conn, caller, write.key, write.fingerprint)
            if known is not None:
                return known
            answer = await effect(conn)
            await _keep(conn, caller, write, answer)
            return answer.response()

    async def forget_old(self) -> None:
        """Delete answers that are older than a day: a job."""
        async with self._database.begin() as conn:
            await conn.execute(_FORGET, {"keep": KEEP})


async def _claim(conn: AsyncConnection, caller: str, key: str) -> None:
    claimed = await conn.scalar(_CLAIM, {"name": f"idempotency {caller}\n{key}"})
    if not claimed:
        raise Problem(
            409,
            "A request with this Idempotency-Key is still at work",
            "Try again in a moment; the answer will be that of the first request.",
            headers={"Retry-After": "1"},
        )


async def _known(conn: AsyncConnection, caller: str, key: str, fingerprint: bytes) -> Response | None:
    row = (await conn.execute(_FIND, {"caller": caller, "key": key})).one_or_none()
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise Problem(
            422, "This Idempotency-Key was used for another request", "Give each write its own key."
        )
    headers = {**row.headers, "Idempotent-Replayed": "true"}
    return Response(row.body, status_code=row.status, headers=headers, media_type=row.media_type)


async def _keep(conn: AsyncConnection, caller: str, write: Write, answer: Answer) -> None:
    await conn.execute(
        _KEEP,
        {
            "caller": caller,
            "key": write.key,
            "fingerprint": write.fingerprint,
            "status": answer.status,
            "media_type": answer.media_type,
            "headers": dict(answer.headers),
            "body": answer.content,
        },
    )
