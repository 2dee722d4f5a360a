"""Planned mails: handing them over in batches, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.domain.deliveries import Delivery, DeliveryState
from services.scheduler.domain.sections import as_line


@dataclass(frozen=True)
class Batch:
    """Consecutive mails of an edition, handed over together."""

    edition_no: int
    batch_no: int
    first_mailbox: int
    last_mailbox: int
    mails: int


@dataclass(frozen=True)
class FrozenMail:
    """A planned mail as the freeze wrote it: for each entry a person and a cell.

    ``address``: empty if it has been forgotten. ``refused``: the bits of positions that nobody at the
    address gets; None if there are none.
    """

    mailbox_key: int
    address: str
    language: str
    persons: Sequence[int]
    cells: Sequence[int]
    refused: str | None


@dataclass(frozen=True)
class Cell:
    """What holders of a type in a unit are, written for a reader, and their sections as bits."""

    role: str
    sections: str


_DIVIDE = text(
    """
    INSERT INTO batch (edition_no, batch_no, first_mailbox, last_mailbox, mails)
    SELECT CAST(:edition_no AS bigint), batch_no, min(mailbox_key), max(mailbox_key), count(*)
    FROM (
        SELECT mailbox_key, 1 + (row_number() OVER (ORDER BY mailbox_key) - 1) / :size AS batch_no
        FROM planned_mail WHERE edition_no = :edition_no AND state = 'planned'
    ) AS numbered
    GROUP BY batch_no
    """
)

_BATCH = "edition_no, batch_no, first_mailbox, last_mailbox, mails"

_WAITING = text(
    f"SELECT {_BATCH} FROM batch WHERE edition_no = :edition_no "  # noqa: S608  # a constant
    "AND handed_at IS NULL AND recorded_at IS NULL ORDER BY batch_no LIMIT :limit FOR UPDATE SKIP LOCKED"
)

_ANY_WAITING = text("SELECT EXISTS (SELECT FROM batch WHERE edition_no = :edition_no AND handed_at IS NULL)")

_ANY_UNRECORDED = text(
    "SELECT EXISTS (SELECT FROM batch WHERE edition_no = :edition_no AND recorded_at IS NULL)"
)

_UNANSWERED = text(
    """
    SELECT edition_no, batch_no, first_mailbox, last_mailbox, batch.mails
    FROM batch JOIN edition USING (edition_no)
    WHERE recorded_at IS NULL AND handed_at <= :before
        AND (state = 'stopped' OR (state <> 'paused' AND changed_at >= :missed))
    ORDER BY edition_no, batch_no LIMIT :limit FOR UPDATE OF batch SKIP LOCKED
    """
)

_HANDED = text(
    "UPDATE batch SET handed_at = :at, mails = :mails WHERE edition_no = :edition_no AND batch_no = :batch_no"
)

_RECORDED = text(
    "UPDATE batch SET recorded_at = :at WHERE edition_no = :edition_no AND batch_no = :batch_no "
    "AND recorded_at IS NULL"
)

_IN_BATCHES = text("SELECT coalesce(sum(mails), 0) FROM batch WHERE edition_no = :edition_no")

_MAILS = text(
    """
    SELECT mailbox_key, coalesce(address, ''), language, persons, cells, CAST(refused AS text)
    FROM planned_mail JOIN mailbox USING (mailbox_key)
    WHERE edition_no = :edition_no AND mailbox_key BETWEEN :first AND :last AND state = 'planned'
    ORDER BY mailbox_key
    """
)

_PERSONS = text("SELECT person_key, person_id, name FROM person WHERE person_key = ANY(:keys)")

_CELLS = text(
    "SELECT cell_no, assignment_type, unit_name, CAST(sections AS text) FROM edition_cell "
    "WHERE edition_no = :edition_no AND cell_no = ANY(:keys)"
)

_LOCKED = text(
    """
    SELECT mailbox_key, state, reported_at, reply FROM planned_mail
    WHERE edition_no = :edition_no AND mailbox_key = ANY(:mailbox_key)
    ORDER BY mailbox_key FOR UPDATE
    """
)

_REPORTED = text(
    """
    UPDATE planned_mail SET state = t.state, reported_at = t.at, reply = t.reply
    FROM unnest(
        CAST(:mailbox_key AS bigint[]), CAST(:state AS text[]), CAST(:at AS timestamptz[]),
        CAST(:reply AS text[])
    ) AS t (mailbox_key, state, at, reply)
    WHERE planned_mail.edition_no = :edition_no AND planned_mail.mailbox_key = t.mailbox_key
    """
)


async def divide(conn: AsyncConnection, edition_no: int, size: int) -> int:
    """Divide the planned mails of an edition into batches of at most ``size``; return how many."""
    return (await conn.execute(_DIVIDE, {"edition_no": edition_no, "size": size})).rowcount


async def waiting(conn: AsyncConnection, edition_no: int, limit: int) -> list[Batch]:
    """Return batches not yet handed over, locked; those that another process holds are left out."""
    rows = await conn.execute(_WAITING, {"edition_no": edition_no, "limit": limit})
    return [Batch(*row) for row in rows]


def ranges(batches: Sequence[Batch]) -> list[tuple[int, int]]:
    """Return the mailboxes of batches, from and to: one range for neighbours, and none of other batches.

    Two processes that hand over at once may hold batches between each other's.
    """
    found: list[tuple[int, int]] = []
    before = None
    for batch in batches:
        first = found.pop()[0] if before == batch.batch_no - 1 else batch.first_mailbox
        found.append((first, batch.last_mailbox))
        before = batch.batch_no
    return found


async def any_waiting(conn: AsyncConnection, edition_no: int) -> bool:
    """Whether a batch is not handed over yet, by this process or another."""
    return bool((await conn.execute(_ANY_WAITING, {"edition_no": edition_no})).scalar_one())


async def any_unrecorded(conn: AsyncConnection, edition_no: int) -> bool:
    """Whether a batch is not known to be with the sender yet."""
    return bool((await conn.execute(_ANY_UNRECORDED, {"edition_no": edition_no})).scalar_one())


async def unanswered(conn: AsyncConnection, before: datetime, missed: datetime, limit: int) -> list[Batch]:
    """Return batches handed over before a moment and never answered, locked.

    None of an edition that is paused, or went on its way before ``missed`` (``WeekPlan.missed_before``): but
    of one that was stopped all, to be concluded.
    """
    rows = await conn.execute(_UNANSWERED, {"before": before, "missed": missed, "limit": limit})
    return [Batch(*row) for row in rows]


async def note_handed(conn: AsyncConnection, batch: Batch, mails: int, at: datetime) -> None:
    """Note that a batch was handed over, with so many mails. Without any there is no answer to wait for."""
    told = {"edition_no": batch.edition_no, "batch_no": batch.batch_no, "at": at}
    await conn.execute(_HANDED, {**told, "mails": mails})
    if not mails:
        await conn.execute(_RECORDED, told)


async def note_recorded(conn: AsyncConnection, edition_no: int, batch_no: int, at: datetime) -> None:
    """Note that a batch stands in the sender's ledger."""
    await conn.execute(_RECORDED, {"edition_no": edition_no, "batch_no": batch_no, "at": at})


async def in_batches(conn: AsyncConnection, edition_no: int) -> int:
    """Return how many mails of an edition are in its batches: what is handed over, less what was withheld."""
    return int((await conn.execute(_IN_BATCHES, {"edition_no": edition_no})).scalar_one())


async def mails_of(conn: AsyncConnection, batch: Batch) -> list[FrozenMail]:
    """Return the mails of a batch of which there is no outcome yet."""
    told = {"edition_no": batch.edition_no, "first": batch.first_mailbox, "last": batch.last_mailbox}
    return [FrozenMail(*row) for row in await conn.execute(_MAILS, told)]


async def persons(conn: AsyncConnection, keys: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return the id and name of people."""
    rows = await conn.execute(_PERSONS, {"keys": list(keys)})
    return {key: (person_id, as_line(name)) for key, person_id, name in rows}


async def cells(conn: AsyncConnection, edition_no: int, keys: Sequence[int]) -> dict[int, Cell]:
    """Return cells by number. A role reads "ordförande, Malmö"."""
    rows = await conn.execute(_CELLS, {"edition_no": edition_no, "keys": list(keys)})
    return {key: Cell(as_line(f"{kind}, {unit}" if unit else kind), bits) for key, kind, unit, bits in rows}


async def locked_deliveries(
    conn: AsyncConnection, edition_no: int, mailbox_keys: Sequence[int]
) -> dict[int, Delivery]:
    """Return what is known of mails' delivery; the mails are locked in the order of their numbers."""
    rows = await conn.execute(_LOCKED, {"edition_no": edition_no, "mailbox_key": list(mailbox_keys)})
    return {key: Delivery(DeliveryState(state), at, reply) for key, state, at, reply in rows}


async def note_deliveries(conn: AsyncConnection, edition_no: int, changed: Mapping[int, Delivery]) -> None:
    """Write down what is now known of locked mails."""
    told = {
        "edition_no": edition_no,
        "mailbox_key": list(changed),
        "state": [delivery.state for delivery in changed.values()],
        "at": [delivery.at for delivery in changed.values()],
        "reply": [delivery.reply for delivery in changed.values()],
    }
    await conn.execute(_REPORTED, told)
