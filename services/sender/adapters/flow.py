"""Pausing, resuming and stopping an edition in the ledger.

The rows of the edition are moved out of the way of those who lease, and back: whoever looks for work passes
no row of a paused edition but those that came back after the pause (``leasing``), and those that have been
deferred, which keep their time.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import TextClause, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.tables import edition, mail
from services.sender.domain.flow import Flow, Ordered
from services.sender.domain.states import Input, sources

IN_DOUBT = "Ett tidigare försök kan ha kommit fram."


def _states(*inputs: Input) -> str:
    return ", ".join(sorted({f"'{state}'" for each in inputs for state, _ in sources(each)}))


def _next(given: Input) -> str:
    (following,) = {after for _, after in sources(given)}
    return f"'{following}'"


_ITS = "edition_id = :edition_id"
_AT_HAND = f"""mail_id IN (
    SELECT mail_id FROM delivery WHERE {_ITS} AND lease_token IS NOT NULL AND state IN ({{states}})
    FOR UPDATE SKIP LOCKED)"""  # noqa: S608  # constants
"""Mails that a worker holds. One that it is just beginning is locked, and on its way: waiting for it could
be waiting in a circle, since the same commit may want a mail that is locked here."""

# First what waits, then what is at hand: whatever was leased while the first statement waited for its lock is
# seen by the second. Neither joins anything, so that a row is judged as it is when its lock is had.
_HOLD = (
    text(f"""
    UPDATE delivery SET due_at = 'infinity', updated_at = :at
    WHERE {_ITS} AND due_at < 'infinity' AND deferred_since IS NULL
    """),  # noqa: S608  # constants
    text(f"""
    UPDATE delivery SET state = {_next(Input.HOLD)}, lease_token = NULL, updated_at = :at,
        due_at = CASE WHEN deferred_since IS NULL THEN 'infinity' ELSE now() END
    WHERE {_AT_HAND.format(states=_states(Input.HOLD))}
    """),  # noqa: S608  # constants
)

_LET_GO = text("UPDATE delivery SET due_at = now() WHERE edition_id = :edition_id AND due_at = 'infinity'")

_STOPPABLE = _states(Input.STOP, Input.STOP_IN_DOUBT)


def _stop(which: str) -> TextClause:
    return text(f"""
    WITH stopped AS (
        UPDATE delivery SET due_at = NULL, lease_token = NULL, updated_at = :at,
            state = CASE WHEN uncertainties > 0 THEN {_next(Input.STOP_IN_DOUBT)}
                ELSE {_next(Input.STOP)} END,
            reply = left(CASE WHEN uncertainties > 0 THEN '{IN_DOUBT} ' ELSE '' END || :reply, 500)
        WHERE {which}
        RETURNING mail_id, state, reply
    ), noted AS (
        INSERT INTO outcome (mail_id, edition_id, state, at, reply, dead)
        SELECT mail_id, :edition_id, state, :at, reply, false FROM stopped
    )
    SELECT count(*) FROM stopped
    """)  # noqa: S608  # constants


_STOP = (
    _stop(f"{_ITS} AND lease_token IS NULL AND state IN ({_STOPPABLE})"),
    _stop(_AT_HAND.format(states=_STOPPABLE)),
)


async def known(conn: AsyncConnection, edition_id: UUID) -> Ordered:
    """Return what was last ordered for an edition, which is locked until the transaction ends."""
    await conn.execute(insert(edition).values(edition_id=edition_id).on_conflict_do_nothing())
    query = select(edition.c.flow, edition.c.flow_sequence).where(edition.c.edition_id == edition_id)
    row = (await conn.execute(query.with_for_update())).one()
    return Ordered(Flow(row.flow), row.flow_sequence)


async def note(conn: AsyncConnection, edition_id: UUID, ordered: Ordered, reason: str = "") -> None:
    """Write down what holds for an edition from now on."""
    values = {"flow": ordered.flow, "flow_sequence": ordered.sequence, "flow_reason": reason}
    await conn.execute(update(edition).where(edition.c.edition_id == edition_id).values(values))


async def hold(conn: AsyncConnection, edition_id: UUID, at: datetime) -> None:
    """Keep mails of an edition from being begun."""
    for statement in _HOLD:
        await conn.execute(statement, {"edition_id": edition_id, "at": at})


async def let_go(conn: AsyncConnection, edition_id: UUID) -> None:
    """Let the mails of an edition go, if its texts are here."""
    query = select(edition.c.prepared_at).where(edition.c.edition_id == edition_id)
    if (await conn.execute(query)).scalar_one() is not None:
        await conn.execute(_LET_GO, {"edition_id": edition_id})


async def stop(conn: AsyncConnection, edition_id: UUID, reply: str, at: datetime) -> int:
    """Conclude every mail of an edition that is not being submitted; return how many."""
    told = {"edition_id": edition_id, "reply": reply, "at": at}
    return sum([int((await conn.execute(statement, told)).scalar_one()) for statement in _STOP])


async def stopped(conn: AsyncConnection) -> list[tuple[UUID, str]]:
    """Return the stopped editions and what is said of their mails."""
    query = select(edition.c.edition_id, edition.c.flow_reason).where(edition.c.flow == Flow.STOPPED)
    return [(row.edition_id, row.flow_reason) for row in await conn.execute(query)]


async def is_stopped(conn: AsyncConnection, mail_id: UUID) -> bool:
    """Whether the edition of a mail is stopped; it stays as it is until the transaction ends."""
    query = select(edition.c.flow).join(mail, mail.c.edition_id == edition.c.edition_id)
    found = await conn.execute(query.where(mail.c.mail_id == mail_id).with_for_update(read=True, of=edition))
    return found.scalar_one_or_none() == Flow.STOPPED
