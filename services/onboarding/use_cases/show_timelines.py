"""Show timelines to whoever may see them (F4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.onboarding.adapters import overview
from services.onboarding.adapters.overview import Filter, Moment


@dataclass(frozen=True)
class Shown:
    """A timeline with its steps, and its person for those who look after that person."""

    timeline: RowMapping
    steps: Sequence[RowMapping]
    newcomer: RowMapping | None


async def show_page(
    conn: AsyncConnection, wanted: Filter, at: Moment, limit: int, offset: int
) -> tuple[int, list[Shown]]:
    """Return how many timelines match, and one page of them."""
    total, rows = await overview.page(conn, wanted, at, limit, offset)
    return total, await _whole(conn, rows, at, with_people=wanted.address is not None)


async def show_one(conn: AsyncConnection, timeline_id: UUID, address: str | None, at: Moment) -> Shown | None:
    """Return a timeline, None if there is none that this reader may see."""
    row = await overview.one(conn, timeline_id, address)
    return None if row is None else (await _whole(conn, [row], at, with_people=address is not None))[0]


async def _whole(
    conn: AsyncConnection, rows: Sequence[RowMapping], at: Moment, *, with_people: bool
) -> list[Shown]:
    ids = [row["timeline_id"] for row in rows]
    steps = await overview.steps_of(conn, ids, at)
    people = await overview.newcomers_of(conn, ids) if with_people else {}
    return [Shown(row, steps[row["timeline_id"]], people.get(row["timeline_id"])) for row in rows]
