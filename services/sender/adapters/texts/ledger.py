"""The ledger of texts: written down before they are submitted, each changed under its row's lock."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.domain.texts.sending import OrderClass, Reason
from services.sender.domain.texts.states import State

_RECORD = text("""
WITH fresh AS (
    INSERT INTO text_message (text_id, order_id, key, purpose, unit_id, order_class, phone, phone_hash,
        country, zones, words, parts, person_ids, asked_by, recorded_at, valid_until)
    VALUES (:text_id, :order_id, :key, :purpose, :unit_id, :order_class, :phone, :phone_hash,
        :country, :zones, :words, :parts, :person_ids, :asked_by, :at, :valid_until)
    ON CONFLICT DO NOTHING
    RETURNING text_id
)
INSERT INTO text_delivery (text_id, state, reason, due_at, not_before, updated_at, unreported)
SELECT text_id, CASE WHEN :reason = '' THEN 'planned' ELSE 'failed' END, :reason,
    CASE WHEN :reason = '' THEN now() END, coalesce(CAST(:not_before AS timestamptz), :at), :at, :reason <> ''
FROM fresh
""")

_NEXT = text("""
SELECT m.text_id, m.phone, m.phone_hash, m.country, m.zones, m.words, m.parts, m.valid_until,
    m.order_class, m.unit_id, d.state, d.attempts,
    ARRAY(SELECT s.scope FROM suppression s WHERE s.address_hash = m.phone_hash AND s.active) AS scopes,
    EXISTS (SELECT FROM withdrawn_order w WHERE w.order_id = m.order_id) AS withdrawn
FROM text_delivery d JOIN text_message m USING (text_id)
WHERE d.due_at <= now() AND d.not_before <= :now
ORDER BY (m.order_id IS NOT NULL), d.due_at
LIMIT 1 FOR UPDATE OF d SKIP LOCKED
""")

_LOCK_NUMBER = text("SELECT pg_advisory_xact_lock(hashtextextended(encode(:phone_hash, 'hex'), 0))")

_BEGUN = text("""
SELECT count(*) FROM text_message m JOIN text_delivery d USING (text_id)
WHERE m.phone_hash = :phone_hash AND d.begun_at >= :since AND m.text_id <> :text_id
    AND d.state NOT IN ('failed', 'suppressed')
""")

_SCOPES = text("SELECT scope FROM suppression WHERE address_hash = :phone_hash AND active")

_LOCK = text(
    "SELECT state, reason, lease, attempts, expected FROM text_delivery WHERE text_id = :text_id FOR UPDATE"
)

_CHANGE = text("""
UPDATE text_delivery SET state = :state, reason = :reason, updated_at = :at,
    reply = coalesce(:reply, reply), cost = coalesce(:cost, cost),
    expected = coalesce(:expected, expected),
    due_at = CASE WHEN :waits THEN now() + CAST(:pause AS interval) END,
    not_before = coalesce(:not_before, not_before),
    held_until = CASE WHEN :begins THEN now() + CAST(:hold AS interval) END,
    lease = CASE WHEN :begins THEN CAST(:lease AS uuid) ELSE lease END,
    begun_at = CASE WHEN :begins THEN :at ELSE begun_at END,
    attempts = attempts + CASE WHEN :begins THEN 1 ELSE 0 END,
    unreported = unreported OR NOT (:waits OR :begins)
WHERE text_id = :text_id
""")

_ABANDONED = text("""
SELECT text_id, state FROM text_delivery WHERE held_until < now()
ORDER BY held_until LIMIT 100 FOR UPDATE SKIP LOCKED
""")

MOST_ATTEMPTS = 3
"""A text that is uncertain after so many is held for the desk, whatever the setting says."""

_UNCERTAIN = text(
    "SELECT text_id FROM text_delivery WHERE state = 'uncertain' AND attempts < :most FOR UPDATE SKIP LOCKED"
)


@dataclass(frozen=True, kw_only=True)
class NewText:
    """A text as it comes into the ledger; with a reason it has failed already. ``asked_by``: a person."""

    text_id: UUID
    phone: str
    phone_hash: bytes
    country: str
    zones: Sequence[str]
    words: str
    parts: int
    valid_until: datetime
    reason: Reason = Reason.NONE
    person_ids: Sequence[str] = ()
    asked_by: str | None = None
    not_before: datetime | None = None
    key: str | None = None
    purpose: str | None = None
    order_id: UUID | None = None
    unit_id: str | None = None
    order_class: OrderClass | None = None


@dataclass(frozen=True)
class DueText:
    """A text that may be submitted, if nothing speaks against it; its row is locked.

    ``withdrawn``: its order was taken back while it was on its way, or uncertain.
    """

    text_id: UUID
    phone: str
    phone_hash: bytes
    country: str
    zones: Sequence[str]
    words: str
    parts: int
    valid_until: datetime
    order_class: OrderClass | None
    unit_id: str | None
    state: State
    attempts: int
    scopes: frozenset[str]
    withdrawn: bool


@dataclass(frozen=True)
class Standing:
    """Where a text stands; its row is locked. ``lease`` is that of the last worker to submit it."""

    state: State
    reason: Reason
    lease: UUID | None
    attempts: int
    expected: int


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a change writes besides the state. ``pause`` counts by the database's clock."""

    reason: Reason = Reason.NONE
    reply: str | None = None
    cost: Decimal | None = None
    expected: int | None = None
    pause: timedelta = timedelta()
    not_before: datetime | None = None
    lease: UUID | None = None
    hold: timedelta = timedelta()


async def record(conn: AsyncConnection, texts: Iterable[NewText], at: datetime) -> int:
    """Record texts; return how many are new. A key, or a number for an order, is recorded once."""
    fresh = 0
    for each in texts:
        given = {**asdict(each), "reason": str(each.reason), "at": at}
        given["zones"], given["person_ids"] = list(each.zones), list(each.person_ids)
        fresh += (await conn.execute(_RECORD, given)).rowcount
    return fresh


async def next_due(conn: AsyncConnection, now: datetime) -> DueText | None:
    """Return and lock the next text: one-to-one first."""
    row = (await conn.execute(_NEXT, {"now": now})).mappings().one_or_none()
    if row is None:
        return None
    return DueText(**{**row, "state": State(row["state"]), "scopes": frozenset(row["scopes"])})


async def scopes_of(conn: AsyncConnection, hashed: bytes) -> frozenset[str]:
    """Return the scopes in which a number is suppressed."""
    return frozenset(await conn.scalars(_SCOPES, {"phone_hash": hashed}))


async def begun_since(conn: AsyncConnection, due: DueText | NewText, since: datetime) -> int:
    """Return how many other texts to the same number were begun and have not failed.

    Nobody else can begin one until the transaction ends.
    """
    await conn.execute(_LOCK_NUMBER, {"phone_hash": due.phone_hash})
    given = {"phone_hash": due.phone_hash, "text_id": due.text_id, "since": since}
    return int(await conn.scalar(_BEGUN, given) or 0)


async def lock(conn: AsyncConnection, text_id: UUID) -> Standing | None:
    """Return where a text stands, and keep it there until the transaction ends."""
    row = (await conn.execute(_LOCK, {"text_id": text_id})).one_or_none()
    if row is None:
        return None
    return Standing(State(row.state), Reason(row.reason), row.lease, row.attempts, row.expected)


async def change(
    conn: AsyncConnection, text_id: UUID, state: State, at: datetime, what: Change | None = None
) -> None:
    """Write a new state of a locked text."""
    given: dict[str, Any] = asdict(what or Change())
    given["reason"] = str(given["reason"])
    waits, begins = state in (State.PLANNED, State.DEFERRED), state is State.SUBMITTING
    await conn.execute(
        _CHANGE,
        {**given, "text_id": text_id, "state": str(state), "at": at, "waits": waits, "begins": begins},
    )


async def abandoned(conn: AsyncConnection) -> Sequence[tuple[UUID, State]]:
    """Return and lock texts whose worker has been silent for too long."""
    return [(row.text_id, State(row.state)) for row in await conn.execute(_ABANDONED)]


async def uncertain(conn: AsyncConnection) -> Sequence[UUID]:
    """Return and lock the uncertain texts that may be sent again without asking."""
    return list((await conn.execute(_UNCERTAIN, {"most": MOST_ATTEMPTS})).scalars())
