"""Editions: one for each Wednesday."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.domain.editions import EditionInput, EditionState, after
from services.scheduler.domain.wednesdays import WeekPlan
from shared.ids import new_id


@dataclass(frozen=True)
class Edition:
    """A Wednesday's mails. ``pairs`` and ``mails`` are what the freeze decided."""

    edition_no: int
    edition_id: UUID
    wednesday: date
    state: EditionState
    freeze_at: datetime
    undo_at: datetime
    release_at: datetime
    frozen_at: datetime | None
    releasing_at: datetime | None
    released_at: datetime | None
    completed_at: datetime | None
    parked_at: datetime | None
    paused_at: datetime | None
    stopped_at: datetime | None
    pairs: int
    mails: int
    extra_no: int | None
    moved_from: date | None
    sequence: int
    changed_at: datetime | None

    @property
    def leaves_since(self) -> datetime:
        """When it began to leave, or went on after a pause; when it should, if it has not begun."""
        began = self.releasing_at is not None and self.changed_at
        return began or self.release_at


@dataclass(frozen=True)
class Decision:
    """What a person decided about an edition, and why (F4)."""

    decision_no: int
    decision: str
    by: str
    reason: str
    at: datetime


EDITION = ", ".join(f"edition.{name}" for name in Edition.__dataclass_fields__)
"""The columns of an edition, for a SELECT."""

_CREATE = text(
    """
    INSERT INTO edition (edition_id, wednesday, state, freeze_at, undo_at, release_at, changed_at)
    VALUES (:edition_id, :wednesday, 'open', :freeze_at, :undo_at, :release_at, :at)
    ON CONFLICT (wednesday) WHERE state <> 'dissolved' DO NOTHING
    """
)

_ON = text(
    f"SELECT {EDITION} FROM edition WHERE wednesday = :wednesday "  # noqa: S608  # a constant
    "AND state <> 'dissolved' FOR UPDATE"
)

_BY_ID = f"SELECT {EDITION} FROM edition WHERE edition_id = :edition_id"  # noqa: S608  # a constant

_BY_NO = text(f"SELECT {EDITION} FROM edition WHERE edition_no = :edition_no")  # noqa: S608  # a constant

_DUE = {
    column: text(
        f"SELECT {EDITION} FROM edition WHERE state = :state AND {column} <= :now "  # noqa: S608  # constants
        "AND release_at >= :missed ORDER BY wednesday LIMIT 1 FOR UPDATE SKIP LOCKED"
    )
    for column in ("freeze_at", "release_at")
}

_IN_STATE = text(
    f"SELECT {EDITION} FROM edition WHERE state = :state ORDER BY wednesday"  # noqa: S608  # a constant
)

_LATEST = text(f"SELECT {EDITION} FROM edition ORDER BY wednesday DESC LIMIT :limit")  # noqa: S608  # a constant

_MOVE = text(
    """
    UPDATE edition SET state = told.state, changed_at = told.at,
        sequence = sequence + CASE told.state WHEN 'stopped' THEN 1 ELSE 0 END,
        frozen_at = CASE told.state WHEN 'frozen' THEN coalesce(frozen_at, told.at)
            WHEN 'open' THEN NULL ELSE frozen_at END,
        releasing_at = coalesce(releasing_at, CASE told.state WHEN 'releasing' THEN told.at END),
        released_at = coalesce(released_at, CASE told.state WHEN 'released' THEN told.at END),
        completed_at = CASE told.state WHEN 'completed' THEN told.at ELSE completed_at END,
        parked_at = CASE told.state WHEN 'parked' THEN told.at END,
        paused_at = CASE WHEN told.state IN ('held', 'paused') THEN told.at END,
        stopped_at = CASE told.state WHEN 'stopped' THEN told.at END
    FROM (SELECT CAST(:state AS text) AS state, CAST(:at AS timestamptz) AS at) AS told
    WHERE edition_no = :edition_no
    """
)

_COUNTED = text("UPDATE edition SET pairs = :pairs, mails = :mails WHERE edition_no = :edition_no")

_RETIMED = text(
    """
    UPDATE edition SET freeze_at = :freeze_at, undo_at = :undo_at, release_at = :release_at,
        sequence = sequence + 1, changed_at = :at
    WHERE edition_no = :edition_no AND (freeze_at, undo_at, release_at) IS DISTINCT FROM
        (CAST(:freeze_at AS timestamptz), CAST(:undo_at AS timestamptz), CAST(:release_at AS timestamptz))
    """
)

_DECIDED = text(
    "INSERT INTO edition_decision (edition_no, decision, by, reason, at) "
    "VALUES (:edition_no, :decision, :by, :reason, :at) RETURNING decision_no"
)

_DECISIONS = text(
    "SELECT decision_no, decision, by, reason, at FROM edition_decision WHERE edition_no = :edition_no "
    "ORDER BY decision_no"
)


def edition_from(row: Row[Any]) -> Edition:
    """Return the edition of a row of ``EDITION``."""
    values: dict[str, Any] = dict(zip(Edition.__dataclass_fields__, row, strict=True))
    return Edition(**{**values, "state": EditionState(values["state"])})


async def opened(conn: AsyncConnection, wednesday: date, plan: WeekPlan, at: datetime) -> Edition:
    """Return a Wednesday's edition, locked, made ``at`` a moment if it was not there."""
    moments = {
        "freeze_at": plan.freeze_at(wednesday),
        "undo_at": plan.undo_at(wednesday),
        "release_at": plan.release_at(wednesday),
    }
    await conn.execute(_CREATE, {"edition_id": new_id(), "wednesday": wednesday, "at": at, **moments})
    return edition_from((await conn.execute(_ON, {"wednesday": wednesday})).one())


async def by_id(conn: AsyncConnection, edition_id: UUID, *, lock: bool = False) -> Edition | None:
    """Return an edition, locked if wished."""
    statement = text(_BY_ID + (" FOR UPDATE" if lock else ""))
    row = (await conn.execute(statement, {"edition_id": edition_id})).one_or_none()
    return edition_from(row) if row else None


async def by_no(conn: AsyncConnection, edition_no: int) -> Edition:
    """Return the edition with a number that another table gave."""
    return edition_from((await conn.execute(_BY_NO, {"edition_no": edition_no})).one())


async def due_to_freeze(conn: AsyncConnection, now: datetime, missed: datetime) -> Edition | None:
    """Return an open edition whose freeze is due, locked; None if another process has it.

    One whose release was before ``missed`` is not due but waits for a person (``WeekPlan.missed_before``).
    """
    return await _due(conn, "freeze_at", EditionState.OPEN, now, missed)


async def due_to_release(conn: AsyncConnection, now: datetime, missed: datetime) -> Edition | None:
    """Return a frozen edition whose release is due, as ``due_to_freeze`` does."""
    return await _due(conn, "release_at", EditionState.FROZEN, now, missed)


async def _due(
    conn: AsyncConnection, column: str, state: EditionState, now: datetime, missed: datetime
) -> Edition | None:
    told = {"state": state, "now": now, "missed": missed}
    row = (await conn.execute(_DUE[column], told)).one_or_none()
    return edition_from(row) if row else None


async def in_state(conn: AsyncConnection, state: EditionState) -> list[Edition]:
    """Return all editions in a state, the earliest first."""
    return [edition_from(row) for row in await conn.execute(_IN_STATE, {"state": state})]


async def latest(conn: AsyncConnection, limit: int) -> list[Edition]:
    """Return the latest editions, the last Wednesday first."""
    return [edition_from(row) for row in await conn.execute(_LATEST, {"limit": limit})]


async def move(conn: AsyncConnection, edition: Edition, event: EditionInput, at: datetime) -> EditionState:
    """Bring a locked edition to its next state; raise EditionRefuses if there is none."""
    state = after(edition.state, event)
    await conn.execute(_MOVE, {"state": state, "at": at, "edition_no": edition.edition_no})
    return state


async def note_size(conn: AsyncConnection, edition: Edition, pairs: int, mails: int) -> None:
    """Note what the freeze decided."""
    await conn.execute(_COUNTED, {"pairs": pairs, "mails": mails, "edition_no": edition.edition_no})


async def retime(
    conn: AsyncConnection,
    edition: Edition,
    freeze_at: datetime,
    undo_at: datetime,
    release_at: datetime,
    at: datetime,
) -> Edition:
    """Give an edition other moments; return it with them."""
    moments = {"freeze_at": freeze_at, "undo_at": undo_at, "release_at": release_at}
    await conn.execute(_RETIMED, {**moments, "edition_no": edition.edition_no, "at": at})
    return replace(edition, freeze_at=freeze_at, undo_at=undo_at, release_at=release_at)


async def note_decision(
    conn: AsyncConnection, edition: Edition, decision: str, by: str, reason: str, at: datetime
) -> int:
    """Note what a person decided, and why (F4). Returns its number: higher than those of earlier ones."""
    told = {"decision": decision, "by": by, "reason": reason, "at": at}
    return int((await conn.execute(_DECIDED, {**told, "edition_no": edition.edition_no})).scalar_one())


async def decisions(conn: AsyncConnection, edition: Edition) -> list[Decision]:
    """Return what people decided about an edition, the first first."""
    rows = await conn.execute(_DECISIONS, {"edition_no": edition.edition_no})
    return [Decision(**row) for row in rows.mappings()]
