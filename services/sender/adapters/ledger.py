"""The hot side of the ledger: intents and conclusions, each one statement on a bare connection.

``delivery`` rows are fenced: nothing is changed unless the row still carries the token of the lease under
which the worker holds it. The transitions are those of ``domain.states``, joined as a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.sender.adapters.leasing import SCOPES, Connection, Leased, rules
from services.sender.domain.replies import Verdict
from services.sender.domain.retry import RESEND_AFTER
from services.sender.domain.states import Input, State

_AGAIN = ", ".join(f"({n}, {each.total_seconds()})" for n, each in enumerate(RESEND_AFTER, start=1))

_WAITING = f"('{State.PLANNED}', '{State.DEFERRED}')"

# IS NOT DISTINCT FROM keeps the planner from the index of held mails: each row is looked up by its key
# instead of being searched among all that the worker holds.
_EXCHANGE = f"""
WITH told AS (
    UPDATE delivery d SET state = rule.next, reply = given.reply, updated_at = $2,
        due_at = CASE WHEN rule.next IN {_WAITING} THEN now() + given.pause * interval '1 second' END,
        lease_token = CASE WHEN rule.next = '{State.UNCERTAIN}' THEN d.lease_token END,
        uncertainties = d.uncertainties + CASE WHEN rule.next = '{State.UNCERTAIN}' THEN 1 ELSE 0 END,
        deferrals = d.deferrals + CASE WHEN rule.next = '{State.DEFERRED}' THEN 1 ELSE 0 END,
        deferred_since = CASE WHEN rule.next = '{State.DEFERRED}' THEN coalesce(d.deferred_since, now())
            ELSE d.deferred_since END
    FROM unnest($3::uuid[], $4::text[], $5::float8[], $6::text[], $7::boolean[],
            $11::text[]) AS given(mail_id, input, pause, reply, dead, scopes)
        JOIN {rules(*Input)} ON rule.input = given.input
    WHERE d.mail_id = given.mail_id AND d.state = rule.state AND d.lease_token IS NOT DISTINCT FROM $1
    RETURNING d.mail_id, d.edition_id, d.state, d.reply, given.dead, given.scopes
), noted AS (
    INSERT INTO outcome (mail_id, edition_id, state, at, reply, dead, scopes)
    SELECT mail_id, edition_id, state, $2, reply, dead, scopes FROM told WHERE state <> '{State.PLANNED}'
), wanted AS MATERIALIZED (
    SELECT intent.mail_id
    FROM unnest($8::uuid[], $9::bytea[], $10::text[]) AS intent(mail_id, address_hash, scopes)
    WHERE intent.scopes = {SCOPES.format(hash="intent.address_hash")}
), begun AS (
    UPDATE delivery d SET state = rule.next, attempts = d.attempts + 1, updated_at = $2
    FROM wanted, {rules(Input.BEGIN)}
    WHERE d.mail_id = wanted.mail_id AND d.state IS NOT DISTINCT FROM rule.state
        AND d.lease_token IS NOT DISTINCT FROM $1
    RETURNING d.mail_id
)
SELECT mail_id FROM begun
"""  # noqa: S608  # constants

_LOOK = f"""
SELECT d.state, {SCOPES.format(hash="m.address_hash")} AS scopes
FROM delivery d JOIN mail m USING (mail_id) WHERE d.mail_id = $2 AND d.lease_token = $1
"""  # noqa: S608  # constants

_FORGET_DEAD = "DELETE FROM lease WHERE until < now() AND pg_postmaster_start_time() < now() - $1::interval"

_ABANDON = f"""
WITH lost AS (
    UPDATE delivery d SET state = rule.next, updated_at = $1,
        due_at = CASE WHEN rule.next IN {_WAITING} THEN now() END,
        lease_token = CASE WHEN rule.next = '{State.UNCERTAIN}' THEN d.lease_token END,
        uncertainties = d.uncertainties + CASE WHEN rule.next = '{State.UNCERTAIN}' THEN 1 ELSE 0 END,
        reply = CASE WHEN rule.next = '{State.UNCERTAIN}' THEN 'the sender stopped before the relay answered'
            ELSE d.reply END
    FROM {rules(Input.LOSE)}
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
UPDATE delivery d SET state = rule.next, due_at = now() + again.pause * interval '1 second',
    lease_token = NULL, updated_at = $1
FROM {rules(Input.RESEND)}, (VALUES {_AGAIN}) AS again(uncertainties, pause)
WHERE d.state = rule.state AND d.state = '{State.UNCERTAIN}' AND d.uncertainties = again.uncertainties
    AND NOT EXISTS (SELECT FROM edition e WHERE e.edition_id = d.edition_id AND e.flow = 'stopped')
"""  # noqa: S608  # constants

_IN_DOUBT = f"""
SELECT count(*) FROM delivery d WHERE d.state = '{State.UNCERTAIN}'
    AND NOT EXISTS (SELECT FROM edition e WHERE e.edition_id = d.edition_id AND e.flow = 'stopped')
"""  # noqa: S608  # constants


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a mail. ``scopes``: where its address was suppressed when it was composed."""

    mail_id: UUID
    verdict: Verdict
    scopes: str = ""


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
        [each.scopes for each in told],
    )
    return {row["mail_id"] for row in rows}


async def look(conn: Connection, token: int, mail_id: UUID) -> tuple[State, str] | None:
    """Return state and suppressed scopes of a mail that is held under the token, else None."""
    row = await conn.fetchrow(_LOOK, token, mail_id)
    return (State(row["state"]), row["scopes"]) if row else None


async def sweep(conn: Connection, at: datetime, *, grace: timedelta, resend: bool) -> tuple[int, int]:
    """Take back what dead workers held. Returns how many mails became uncertain, of how many held.

    While the database was away nobody could renew a lease: for ``grace`` after its start none is over.
    ``resend``: uncertain mails are planned again, with the Message-ID and Date they had.
    """
    async with conn.transaction():
        await conn.execute(_FORGET_DEAD, grace)
        row = await conn.fetchrow(_ABANDON, at)
        if resend:
            await conn.execute(_RESEND, at)
    return int(row["uncertain"]), int(row["held"])


async def in_doubt(conn: Connection) -> int:
    """Return how many mails wait for the desk's decision, after a ``sweep`` planned those that go again."""
    return int(await conn.fetchval(_IN_DOUBT))
