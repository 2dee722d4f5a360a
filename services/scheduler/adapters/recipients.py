"""Who is in an edition's mails, and what became of them: the list that a stop is judged by."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.domain.deliveries import DeliveryState
from services.scheduler.domain.sections import positions

_MAILS_AT_ONCE = 1000

_RECIPIENTS = text(
    """
    WITH mail AS MATERIALIZED (
        SELECT mailbox_key, state, reported_at, reply, persons, cells, refused
        FROM planned_mail
        WHERE edition_no = :edition_no AND mailbox_key > :after AND state = ANY(:state)
          AND cardinality(persons) > 0
          AND (CAST(:position AS integer) IS NULL OR EXISTS (
              SELECT FROM unnest(cells) AS c (cell_no) JOIN edition_cell USING (cell_no)
              WHERE edition_cell.edition_no = :edition_no
                AND get_bit(sections, CAST(:position AS integer) - 1) = 1
                AND (refused IS NULL OR get_bit(refused, CAST(:position AS integer) - 1) = 0)))
        ORDER BY mailbox_key LIMIT :limit
    )
    SELECT mail.mailbox_key, person_id, name, coalesce(address, '') AS address,
        mail.state, reported_at, reply,
        CAST(bit_or(CASE WHEN refused IS NULL THEN sections ELSE sections & ~refused END) AS text) AS sections
    FROM mail JOIN mailbox ON mailbox.mailbox_key = mail.mailbox_key
    CROSS JOIN LATERAL unnest(persons, cells) AS e (person_key, cell_no)
    JOIN edition_cell ON edition_cell.edition_no = :edition_no AND edition_cell.cell_no = e.cell_no
    JOIN person ON person.person_key = e.person_key
    GROUP BY mail.mailbox_key, person_id, name, address, mail.state, reported_at, reply
    ORDER BY mail.mailbox_key, person_id
    """
)

_ORDERS = text(
    "SELECT position, order_id FROM edition_order JOIN orders USING (order_no) "
    "WHERE edition_no = :edition_no AND position IS NOT NULL"
)


@dataclass(frozen=True)
class Recipient:
    """A person in a mail of an edition, with the orders that they have in it."""

    mailbox_key: int
    person_id: str
    name: str
    address: str
    state: DeliveryState
    reported_at: datetime | None
    reply: str
    order_ids: tuple[UUID, ...]


async def page(
    conn: AsyncConnection,
    edition_no: int,
    states: Collection[DeliveryState],
    *,
    order_id: UUID | None,
    after: int,
    mails: int,
) -> tuple[list[Recipient], int | None]:
    """Return the people in the next ``mails`` mails after a mailbox, and the last mailbox if there is more.

    With ``order_id``, only people who have that order in their mail.
    """
    rows = await conn.execute(_ORDERS, {"edition_no": edition_no})
    orders: dict[int, UUID] = {row.position: row.order_id for row in rows}
    wanted = next((position for position, order in orders.items() if order == order_id), None)
    if order_id is not None and wanted is None:
        return [], None
    told = {"edition_no": edition_no, "after": after, "state": list(states), "position": wanted}
    people = (await conn.execute(_RECIPIENTS, {**told, "limit": mails})).mappings().all()
    found = []
    for row in people:
        has = positions(row["sections"])
        if not has or (wanted is not None and wanted not in has):
            continue
        given = {**row, "state": DeliveryState(row["state"])}
        del given["sections"]
        found.append(Recipient(**given, order_ids=tuple(orders[position] for position in has)))
    full = len({row["mailbox_key"] for row in people}) == mails
    return found, people[-1]["mailbox_key"] if full else None


async def everyone(
    conn: AsyncConnection, edition_no: int, states: Collection[DeliveryState], order_id: UUID | None
) -> AsyncIterator[Recipient]:
    """Yield all of them, as ``page`` does, a few mails at a time."""
    after: int | None = 0
    while after is not None:
        found, after = await page(
            conn, edition_no, states, order_id=order_id, after=after, mails=_MAILS_AT_ONCE
        )
        for recipient in found:
            yield recipient
