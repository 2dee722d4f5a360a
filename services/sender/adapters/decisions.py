"""What a person decides about a mail in the ledger."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, insert, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.tables import delivery, outcome
from services.sender.domain.states import Input, State, sources


async def decide(conn: AsyncConnection, mail_id: UUID, given: Input, why: str, at: datetime) -> State | None:
    """Apply ``resend`` or ``drop``; return the new state, None if it changes nothing in the mail's state."""
    rules = dict(sources(given))
    following = case({str(state): str(after) for state, after in rules.items()}, value=delivery.c.state)
    row = (
        await conn.execute(
            update(delivery)
            .where(delivery.c.mail_id == mail_id, delivery.c.state.in_(list(rules)))
            .values(
                state=following,
                due_at=case((following == State.PLANNED, func.now()), else_=null()),
                lease_token=None,
                reply=why,
                updated_at=at,
            )
            .returning(delivery.c.edition_id, delivery.c.state)
        )
    ).one_or_none()
    if row is None:
        return None
    state = State(row.state)
    if state is not State.PLANNED:
        await conn.execute(
            insert(outcome).values(
                mail_id=mail_id, edition_id=row.edition_id, state=state, at=at, reply=why, dead=False
            )
        )
    return state


async def state_of(conn: AsyncConnection, mail_id: UUID) -> State | None:
    """Return the state of a mail, None if there is no such mail."""
    found = (
        await conn.execute(select(delivery.c.state).where(delivery.c.mail_id == mail_id))
    ).scalar_one_or_none()
    return State(found) if found else None
