"""What people see of the mailbox, and what they decide about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, delete, exists, func, or_, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.tables import delivery, mail, mailbox_message, mailbox_words
from services.sender.domain.mailbox.effects import Effect, Proof
from services.sender.domain.mailbox.verdict import Kind
from services.sender.domain.states import State

_message = mailbox_message.c
_words = mailbox_words.c

FOR_PEOPLE = (Kind.ORDER, Kind.QUESTION, Kind.UNSUBSCRIBE, Kind.COMPLAINT, Kind.UNKNOWN)
"""Classes that wait for somebody when nothing came of them by itself."""

_NOBODYS = and_(_message.kind == Kind.BOUNCE, _message.proved != Proof.PATH)
"""A bounce of which nothing shows that it is about a mail of ours (``effects.stays``)."""

_LOST = (State.FAILED, State.BOUNCED, State.SUPPRESSED)
_LETTER = and_(
    mail.c.key == "mailbox-" + cast(_message.message_id, Text),
    delivery.c.mail_id == mail.c.mail_id,
    delivery.c.state.in_(_LOST),
)
"""The mail that was to bring an answer to the desk (``PassOn``), and did not."""

NOT_PASSED_ON: ColumnElement[bool] = and_(_message.effect == Effect.PASSED_ON, exists().where(_LETTER))

WAITING: ColumnElement[bool] = and_(
    _message.handled_at.is_(None),
    or_(
        and_(_message.effect == Effect.NONE, or_(_message.kind.in_(FOR_PEOPLE), _NOBODYS)),
        NOT_PASSED_ON,
    ),
)
"""What somebody must look at: nothing came of it by itself, or the desk never got it."""


@dataclass(frozen=True)
class Selection:
    """Which messages to list, newest first. ``before``: older than that one."""

    kind: Kind | None = None
    waiting: bool = False
    before: UUID | None = None
    limit: int = 50


async def listed(conn: AsyncConnection, which: Selection) -> Sequence[RowMapping]:
    """Return messages with what they say; the words are null when they are forgotten."""
    query = _seen().order_by(_message.message_id.desc()).limit(which.limit)
    if which.kind:
        query = query.where(_message.kind == which.kind)
    if which.waiting:
        query = query.where(WAITING)
    if which.before:
        query = query.where(_message.message_id < which.before)
    return list((await conn.execute(query)).mappings())


async def find(conn: AsyncConnection, message_id: UUID) -> RowMapping | None:
    """Return a message with what it says."""
    return (await conn.execute(_seen().where(_message.message_id == message_id))).mappings().one_or_none()


async def find_locked(conn: AsyncConnection, message_id: UUID) -> RowMapping | None:
    """Return a message; nobody else changes it until the transaction ends."""
    query = _seen().where(_message.message_id == message_id).with_for_update(of=mailbox_message)
    return (await conn.execute(query)).mappings().one_or_none()


async def change(conn: AsyncConnection, message_id: UUID, values: Mapping[str, Any]) -> None:
    """Write down what somebody decided."""
    await conn.execute(update(mailbox_message).where(_message.message_id == message_id).values(dict(values)))


async def counts(conn: AsyncConnection) -> Sequence[RowMapping]:
    """Return how many messages there are of each class, severity and effect, and how many of them wait."""
    query = select(
        _message.kind,
        _message.severity,
        _message.effect,
        func.count().label("messages"),
        func.count().filter(WAITING).label("waiting"),
        func.count().filter(NOT_PASSED_ON).label("not_passed_on"),
        func.min(_message.read_at).filter(WAITING).label("oldest"),
    )
    by_class = query.group_by(_message.kind, _message.severity, _message.effect)
    return list((await conn.execute(by_class.order_by(_message.kind, _message.severity))).mappings())


async def forget_words(conn: AsyncConnection, before: datetime) -> int:
    """Delete the words of messages that came before a moment (F5); return of how many.

    What nobody else keeps stays while it waits for people.
    """
    old = exists().where(
        _message.message_id == _words.message_id,
        _message.read_at < before,
        or_(~WAITING, _message.folder.is_not(None)),
    )
    return (await conn.execute(delete(mailbox_words).where(old))).rowcount


def _why_not_passed_on() -> Any:
    said = func.coalesce(func.nullif(delivery.c.reply, ""), delivery.c.state)
    return select(said).where(_LETTER).correlate(mailbox_message).scalar_subquery()


def _seen() -> Any:
    return select(
        mailbox_message,
        _words.writer,
        _words.name,
        _words.subject,
        _words.words,
        _words.attachments,
        _words.evidence,
        (_words.content.is_not(None)).label("has_content"),
        _why_not_passed_on().label("not_passed_on"),
    ).join_from(mailbox_message, mailbox_words, isouter=True)
