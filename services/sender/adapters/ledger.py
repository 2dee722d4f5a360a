"""The hot side of the ledger: leases, intents and conclusions, each one statement on a bare connection.

``delivery`` rows are fenced: nothing is changed unless the row still carries the token of the lease under
which the worker holds it. The transitions are those of ``domain.states``, joined as a table.
"""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from services.sender.domain.edition import EditionMail, Letter, LetterMail, Mail, Reader, Recipient
from services.sender.domain.replies import Verdict
from services.sender.domain.states import Input, State, sources
from shared.persistence.database import Database

Connection = Any
"""asyncpg's connection, which has no type information."""

MOST_RESENDS = 10
"""A mail that became uncertain this often is held for the desk, whatever the setting says."""


def _rules(*inputs: Input) -> str:
    rows = [f"('{each}', '{state}', '{after}')" for each in inputs for state, after in sources(each)]
    return f"(VALUES {', '.join(rows)}) AS rule(input, state, next)"


_WAITING = f"('{State.PLANNED}', '{State.DEFERRED}')"
_SCOPES = (
    'coalesce((SELECT string_agg(s.scope, chr(10) ORDER BY s.scope COLLATE "C") FROM suppression s '
    "WHERE s.address_hash = {hash} AND s.active), '')"
)

_REGISTER = "INSERT INTO lease (worker, until) VALUES ($1, now() + $2) RETURNING token"
_RENEW = "UPDATE lease SET until = now() + $2 WHERE token = $1 RETURNING token"
_UNREGISTER = "DELETE FROM lease WHERE token = $1"

_LEASE = f"""
WITH letters AS (
    SELECT mail_id FROM delivery WHERE due_at <= now() AND edition_id IS NULL
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
), mailings AS (
    SELECT mail_id FROM delivery WHERE due_at <= now() AND edition_id IS NOT NULL
        AND edition_id <> ALL (ARRAY(SELECT edition_id FROM edition WHERE flow <> 'running'))
    ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE delivery d SET state = '{State.CLAIMED}', due_at = NULL, lease_token = $1, updated_at = $4
    FROM (TABLE letters UNION ALL TABLE mailings) waiting, lease l
    WHERE d.mail_id = waiting.mail_id AND l.token = $1 AND l.until > now()
    RETURNING d.mail_id, d.attempts
)
SELECT m.mail_id, m.edition_id, m.address, m.address_hash, m.language,
    CAST(m.readers AS text) AS readers, CAST(m.letter AS text) AS letter, m.recorded_at,
    t.attempts, {_SCOPES.format(hash="m.address_hash")} AS scopes
FROM taken t JOIN mail m USING (mail_id)
"""  # noqa: S608  # constants

# IS NOT DISTINCT FROM keeps the planner from the index of held mails: each row is looked up by its key
# instead of being searched among all that the worker holds.
_EXCHANGE = f"""
WITH told AS (
    UPDATE delivery d SET state = rule.next, reply = given.reply, updated_at = $2,
        due_at = CASE WHEN rule.next IN {_WAITING} THEN now() + given.pause * interval '1 second' END,
        lease_token = CASE WHEN rule.next = '{State.UNCERTAIN}' THEN d.lease_token END,
        uncertainties = d.uncertainties + CASE WHEN rule.next = '{State.UNCERTAIN}' THEN 1 ELSE 0 END
    FROM unnest($3::uuid[], $4::text[], $5::float8[], $6::text[], $7::boolean[])
            AS given(mail_id, input, pause, reply, dead)
        JOIN {_rules(*Input)} ON rule.input = given.input
    WHERE d.mail_id = given.mail_id AND d.state = rule.state AND d.lease_token IS NOT DISTINCT FROM $1
    RETURNING d.mail_id, d.edition_id, d.state, d.reply, given.dead
), noted AS (
    INSERT INTO outcome (mail_id, edition_id, state, at, reply, dead)
    SELECT mail_id, edition_id, state, $2, reply, dead FROM told WHERE state <> '{State.PLANNED}'
), wanted AS MATERIALIZED (
    SELECT intent.mail_id
    FROM unnest($8::uuid[], $9::bytea[], $10::text[]) AS intent(mail_id, address_hash, scopes)
    WHERE intent.scopes = {_SCOPES.format(hash="intent.address_hash")}
), begun AS (
    UPDATE delivery d SET state = rule.next, attempts = d.attempts + 1, updated_at = $2
    FROM wanted, {_rules(Input.BEGIN)}
    WHERE d.mail_id = wanted.mail_id AND d.state IS NOT DISTINCT FROM rule.state
        AND d.lease_token IS NOT DISTINCT FROM $1
    RETURNING d.mail_id
)
SELECT mail_id FROM begun
"""  # noqa: S608  # constants

_LOOK = f"""
SELECT d.state, {_SCOPES.format(hash="m.address_hash")} AS scopes
FROM delivery d JOIN mail m USING (mail_id) WHERE d.mail_id = $2 AND d.lease_token = $1
"""  # noqa: S608  # constants

_FORGET_DEAD = "DELETE FROM lease WHERE until < now()"

_ABANDON = f"""
WITH lost AS (
    UPDATE delivery d SET state = rule.next, updated_at = $1,
        due_at = CASE WHEN rule.next IN {_WAITING} THEN now() END,
        lease_token = CASE WHEN rule.next = '{State.UNCERTAIN}' THEN d.lease_token END,
        uncertainties = d.uncertainties + CASE WHEN rule.next = '{State.UNCERTAIN}' THEN 1 ELSE 0 END,
        reply = CASE WHEN rule.next = '{State.UNCERTAIN}' THEN 'the sender stopped before the relay answered'
            ELSE d.reply END
    FROM {_rules(Input.LOSE)}
    WHERE d.state = rule.state AND d.state IN ('{State.CLAIMED}', '{State.SUBMITTING}')
        AND NOT EXISTS (SELECT FROM lease l WHERE l.token = d.lease_token)
    RETURNING d.mail_id, d.edition_id, d.state, d.reply
), noted AS (
    INSERT INTO outcome (mail_id, edition_id, state, at, reply, dead)
    SELECT mail_id, edition_id, state, $1, reply, false FROM lost WHERE state = '{State.UNCERTAIN}'
)
SELECT count(*) FILTER (WHERE state = '{State.UNCERTAIN}') AS uncertain, count(*) AS held FROM lost
"""  # noqa: S608  # constants

_RESEND = f"""
UPDATE delivery d SET state = rule.next, due_at = now(), lease_token = NULL, updated_at = $1
FROM {_rules(Input.RESEND)}
WHERE d.state = rule.state AND d.state = '{State.UNCERTAIN}' AND d.uncertainties < {MOST_RESENDS}
    AND NOT EXISTS (SELECT FROM edition e WHERE e.edition_id = d.edition_id AND e.flow = 'stopped')
"""  # noqa: S608  # constants

_RELEASE = f"""
UPDATE delivery d SET state = rule.next, due_at = now(), lease_token = NULL
FROM {_rules(Input.RELEASE)}
WHERE d.state = rule.state AND d.state = '{State.CLAIMED}' AND d.lease_token = $1
"""  # noqa: S608  # constants


@dataclass(frozen=True, slots=True)
class Leased:
    """A mail that a worker holds. ``scopes``: where its address was suppressed when last looked at."""

    mail: Mail
    edition_id: UUID | None
    attempts: int
    scopes: str

    @property
    def mail_id(self) -> UUID:
        return self.mail.to.mail_id


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a mail."""

    mail_id: UUID
    verdict: Verdict


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
    return [_leased(row) for row in await conn.fetch(_LEASE, token, letters, mailings, at)]


async def exchange(
    conn: Connection, token: int, at: datetime, told: Sequence[Told], intents: Sequence[Leased]
) -> set[UUID]:
    """Write conclusions and intents in one commit; return the mails that may be submitted now.

    An intent holds only if the mail is still the worker's and its address is suppressed in exactly the
    scopes for which the mail was composed.
    """
    rows = await conn.fetch(
        _EXCHANGE,
        token,
        at,
        [each.mail_id for each in told],
        [each.verdict.input for each in told],
        [each.verdict.pause.total_seconds() for each in told],
        [each.verdict.reply for each in told],
        [each.verdict.dead for each in told],
        [each.mail_id for each in intents],
        [each.mail.to.address_hash for each in intents],
        [each.scopes for each in intents],
    )
    return {row["mail_id"] for row in rows}


async def look(conn: Connection, token: int, mail_id: UUID) -> tuple[State, str] | None:
    """Return state and suppressed scopes of a mail that is held under the token, else None."""
    row = await conn.fetchrow(_LOOK, token, mail_id)
    return (State(row["state"]), row["scopes"]) if row else None


async def release(conn: Connection, token: int) -> None:
    """Give back what was not begun, and end the lease."""
    await conn.execute(_RELEASE, token)
    await conn.execute(_UNREGISTER, token)


async def sweep(conn: Connection, at: datetime, *, forget: bool, resend: bool) -> tuple[int, int]:
    """Take back what dead workers held. Returns how many mails became uncertain, of how many held.

    ``forget``: leases that ran out are gone now.
    ``resend``: uncertain mails are planned again, with the Message-ID and Date they had.
    """
    async with conn.transaction():
        if forget:
            await conn.execute(_FORGET_DEAD)
        row = await conn.fetchrow(_ABANDON, at)
        if resend:
            await conn.execute(_RESEND, at)
    return int(row["uncertain"]), int(row["held"])


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
    return Leased(mail, row["edition_id"], row["attempts"], row["scopes"])


def _reader(stored: list[Any]) -> Reader:
    return Reader(stored[1], {int(position): tuple(roles) for position, roles in stored[2].items()})
