"""Leases: a process holds mails by one token, and takes them in their turn (DESIGN §3.5)."""

import json
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from services.sender.domain.edition import EditionMail, Letter, LetterMail, Mail, Reader, Recipient
from services.sender.domain.states import Input, State, sources
from shared.persistence.database import Database

Connection = Any
"""asyncpg's connection, which has no type information."""

SCOPES = (
    'coalesce((SELECT string_agg(s.scope, chr(10) ORDER BY s.scope COLLATE "C") FROM suppression s '
    "WHERE s.address_hash = {hash} AND s.active), '')"
)


def rules(*inputs: Input) -> str:
    """Return the transitions of some inputs as a table of values: input, state, next."""
    rows = [f"('{each}', '{state}', '{after}')" for each in inputs for state, after in sources(each)]
    return f"(VALUES {', '.join(rows)}) AS rule(input, state, next)"


_REGISTER = "INSERT INTO lease (worker, until) VALUES ($1, now() + $2) RETURNING token"
_RENEW = "UPDATE lease SET until = now() + $2 WHERE token = $1 RETURNING token"
_UNREGISTER = "DELETE FROM lease WHERE token = $1"

LEASE = f"""
WITH RECURSIVE letters AS (
    SELECT mail_id FROM delivery WHERE due_at <= now() AND edition_id IS NULL
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
), first_due AS (
    (SELECT edition_id, due_at FROM delivery WHERE due_at IS NOT NULL AND edition_id IS NOT NULL
    ORDER BY edition_id, due_at LIMIT 1)
    UNION ALL
    SELECT next.edition_id, next.due_at FROM first_due f CROSS JOIN LATERAL (
        SELECT d.edition_id, d.due_at FROM delivery d
        WHERE d.due_at IS NOT NULL AND d.edition_id > f.edition_id
        ORDER BY d.edition_id, d.due_at LIMIT 1
    ) next
), waiting_edition AS (
    SELECT edition_id, ceil($3::float8 / count(*) OVER ())::int AS share
    FROM first_due WHERE due_at <= now()
        AND edition_id <> ALL (ARRAY(SELECT edition_id FROM edition WHERE flow <> 'running'))
), mailings AS (
    SELECT due.mail_id FROM waiting_edition w CROSS JOIN LATERAL (
        SELECT d.mail_id FROM delivery d WHERE d.edition_id = w.edition_id AND d.due_at <= now()
        ORDER BY d.due_at LIMIT w.share FOR UPDATE SKIP LOCKED
    ) due
), taken AS (
    UPDATE delivery d SET state = '{State.CLAIMED}', due_at = NULL, lease_token = $1, updated_at = $4,
        deferred_since = d.deferred_since + (now() - d.due_at)
    FROM lease l
    WHERE d.mail_id = ANY (ARRAY(TABLE letters UNION ALL TABLE mailings)) AND l.token = $1 AND l.until > now()
    RETURNING d.mail_id, d.attempts, d.deferrals, d.deferred_since
)
SELECT m.mail_id, m.edition_id, m.address, m.address_hash, m.language,
    CAST(m.readers AS text) AS readers, CAST(m.letter AS text) AS letter, m.recorded_at,
    t.attempts, t.deferrals, coalesce(now() - t.deferred_since, interval '0') AS waited,
    {SCOPES.format(hash="m.address_hash")} AS scopes
FROM taken t JOIN mail m USING (mail_id)
"""  # noqa: S608  # constants
"""Editions share what is taken: each gets the same number of mails (``first_due`` finds them, a probe of the
index for each), so that a large one does not keep the others waiting. What is taken is an array, of which the
planner expects few: joined as rows it expects many, and would read the whole ledger for them. What a deferred
mail waited beyond its time it waited for us: ``deferred_since`` moves along, and none is given up for it."""

_RELEASE = f"""
UPDATE delivery d SET state = rule.next, due_at = now(), lease_token = NULL
FROM {rules(Input.RELEASE)}
WHERE d.state = rule.state AND d.state = '{State.CLAIMED}' AND d.lease_token = $1
    AND d.mail_id <> ALL ($2::uuid[])
"""  # noqa: S608  # constants

_GIVE_BACK = f"""
UPDATE delivery d SET state = rule.next, lease_token = NULL, reply = given.why,
    due_at = now() + given.pause * interval '1 second',
    deferred_since = d.deferred_since + given.pause * interval '1 second'
FROM unnest($2::uuid[], $3::float8[], $4::text[]) AS given(mail_id, pause, why), {rules(Input.RELEASE)}
WHERE d.mail_id = given.mail_id AND d.state = rule.state AND d.lease_token IS NOT DISTINCT FROM $1
"""  # noqa: S608  # constants


@dataclass(frozen=True, slots=True)
class Leased:
    """A mail that a worker holds. ``scopes``: where its address was suppressed when last looked at.
    ``deferrals``, ``waited``: how often, and for how long, servers have put it off. ``token_at``: when it got
    its token, where its provider has limits."""

    mail: Mail
    edition_id: UUID | None
    attempts: int
    scopes: str
    waited: timedelta = timedelta()
    deferrals: int = 0
    token_at: datetime | None = None

    @property
    def mail_id(self) -> UUID:
        return self.mail.to.mail_id


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A mail that may not go yet: for how long, and why."""

    mail_id: UUID
    pause: timedelta
    why: str


@asynccontextmanager
async def bare_connection(database: Database) -> AsyncIterator[Connection]:
    """A connection of the pool without SQLAlchemy around it: each statement its own transaction."""
    async with database.engine.connect() as conn:
        fairy = await conn.get_raw_connection()
        connection = fairy.driver_connection
        assert isinstance(connection, asyncpg.Connection)
        yield connection


async def register(conn: Connection, worker: str, seconds: float) -> int:
    """Return the token of a new lease that holds for a time unless it is renewed."""
    return int(await conn.fetchval(_REGISTER, worker, timedelta(seconds=seconds)))


async def renew(conn: Connection, token: int, seconds: float) -> bool:
    """Return False if the lease is gone: whatever was held under it is no longer the worker's."""
    return await conn.fetchval(_RENEW, token, timedelta(seconds=seconds)) is not None


async def take(conn: Connection, token: int, at: datetime, *, letters: int, mailings: int) -> list[Leased]:
    """Lease mails that are due: one-to-one mail first, then editions', each up to a number."""
    return [_leased(row) for row in await conn.fetch(LEASE, token, letters, mailings, at)]


async def give_back(conn: Connection, token: int, mails: Sequence[GivenBack]) -> None:
    """Put leased mails back into the ledger, to be taken again after a time."""
    await conn.execute(
        _GIVE_BACK,
        token,
        [each.mail_id for each in mails],
        [each.pause.total_seconds() for each in mails],
        [each.why for each in mails],
    )


async def give_back_claimed(conn: Connection, token: int, known: Collection[UUID] = ()) -> None:
    """Give back all that was not begun, but what is ``known``: nobody may hold any other mail in hand."""
    await conn.execute(_RELEASE, token, list(known))


async def release(conn: Connection, token: int) -> None:
    """Give back what was not begun, and end the lease."""
    await give_back_claimed(conn, token)
    await conn.execute(_UNREGISTER, token)


def _leased(row: Any) -> Leased:
    to = Recipient(
        mail_id=UUID(int=row["mail_id"].int),
        address=row["address"],
        address_hash=row["address_hash"],
        language=row["language"],
        recorded_at=row["recorded_at"],
    )
    mail: Mail
    if row["edition_id"] is None:
        mail = LetterMail(to, Letter(**json.loads(row["letter"])))
    else:
        mail = EditionMail(to, row["edition_id"], tuple(_reader(r) for r in json.loads(row["readers"])))
    return Leased(mail, row["edition_id"], row["attempts"], row["scopes"], row["waited"], row["deferrals"])


def _reader(stored: list[Any]) -> Reader:
    return Reader(stored[1], {int(position): tuple(roles) for position, roles in stored[2].items()})
