"""Orders by text message: numbers, recipients, what was planned and what became of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.merge import merge_parameters, shape_of, tune
from services.scheduler.adapters.merge_sql import judged_sql
from services.scheduler.domain.texts import Reason, Shared
from shared.contracts.texts import TextOutcome

_COPY = (
    text(
        """
        DELETE FROM phone USING person, unnest(CAST(:person_id AS text[]), CAST(:version AS bigint[]))
            AS told (person_id, version)
        WHERE person.person_id = told.person_id AND person.version = told.version
            AND phone.person_key = person.person_key
        """
    ),
    text(
        """
        INSERT INTO phone (person_key, written)
        SELECT person_key, written
        FROM unnest(CAST(:person_id AS text[]), CAST(:version AS bigint[]), CAST(:written AS text[]))
            AS told (person_id, version, written)
        JOIN person ON person.person_id = told.person_id AND person.version = told.version
            AND NOT person.erased
        WHERE written <> '' ORDER BY person_key
        """
    ),
)

_FORGET = text(
    "DELETE FROM phone USING person WHERE person.person_key = phone.person_key "
    "AND person.person_id = ANY(:person_id)"
)

_NAMED = """
    SELECT person_key, person_id, person.language, erased, coalesce(bit_count(entitled) > 0, false) AS valid,
        {spared} AS spared, written
    FROM judged JOIN person USING (person_key) LEFT JOIN phone USING (person_key)
    ORDER BY person_id
"""

_SPARED = "coalesce(bit_count(valid & ~entitled) > 0, bit_count(valid) > 0, false)"
"""Whether the order names somebody and then takes them out again."""

_REFUSED = text(
    "SELECT address_hash, scope FROM suppression JOIN mailbox USING (mailbox_key) "
    "WHERE NOT lifted AND address_hash = ANY(:hashes)"
)

_PLAN = text(
    "INSERT INTO text_order (order_no, planned_at, recipients, texts) "
    "VALUES (:order_no, :at, :recipients, :texts)"
)
_TEXTS = text(
    "INSERT INTO planned_text (text_id, order_no, phone_hash, persons) "
    "VALUES (:text_id, :order_no, :phone_hash, :persons)"
)
_EXCLUDE = text(
    """
    INSERT INTO text_exclusion (order_no, person_key, reason)
    SELECT CAST(:order_no AS bigint), person_key, reason
    FROM unnest(CAST(:person_key AS bigint[]), CAST(:reason AS text[])) AS e (person_key, reason)
    """
)

_LOCK = text(
    "SELECT order_no, text_order.completed_at FROM text_order JOIN orders USING (order_no) "
    "WHERE order_id = :order_id FOR UPDATE OF text_order"
)
_NOTE = text(
    """
    UPDATE planned_text SET state = :state, reason = :reason, parts = :parts, reported_at = :at
    WHERE order_no = :order_no AND text_id = :text_id AND (reported_at IS NULL OR reported_at <= :at)
    """
)
_COUNT = text("SELECT state, count(*) AS texts FROM planned_text WHERE order_no = :order_no GROUP BY state")
_COMPLETE = text("UPDATE text_order SET completed_at = :at WHERE order_no = :order_no")


_ORDER = text(
    "SELECT order_no, planned_at, text_order.completed_at, text_order.recipients, text_order.texts "
    "FROM text_order JOIN orders USING (order_no) WHERE order_id = :order_id"
)
_LEFT_OUT = text(
    "SELECT reason, count(*) AS people FROM text_exclusion WHERE order_no = :order_no GROUP BY reason"
)


_OF_PERSON = text(
    """
    SELECT planned_at, left_out.reason, planned.text_id, planned.state, planned.reported_at,
        coalesce(planned.reason, '') AS reply
    FROM text_order JOIN orders USING (order_no)
    LEFT JOIN text_exclusion left_out
        ON left_out.order_no = text_order.order_no AND left_out.person_key = :person_key
    LEFT JOIN planned_text planned
        ON planned.order_no = text_order.order_no AND :person_key = ANY(planned.persons)
    WHERE order_id = :order_id
    """
)


@dataclass(frozen=True)
class OfPerson:
    """A person's share in an order by text: their text, or why there is none, or neither."""

    planned_at: datetime
    reason: str | None
    text_id: UUID | None
    state: str | None
    reported_at: datetime | None
    reply: str


@dataclass(frozen=True)
class Overview:
    """An order by text message in figures: ``states`` in texts, ``left_out`` in people."""

    planned_at: datetime
    completed_at: datetime | None
    recipients: int
    texts: int
    states: Mapping[str, int]
    left_out: Mapping[Reason, int]


@dataclass(frozen=True)
class Named:
    """A person whom an order names, with the number as the register has it."""

    person_key: int
    person_id: str
    language: str
    erased: bool
    valid: bool
    spared: bool
    written: str | None


@dataclass(frozen=True)
class PlannedText:
    """A text of an order as it is kept."""

    text_id: UUID
    shared: Shared


async def copy_phones(conn: AsyncConnection, phones: Sequence[tuple[str, int, str]]) -> None:
    """Take over the numbers of people who were just copied: (person, version, number or empty)."""
    told = {
        "person_id": [person_id for person_id, _, _ in phones],
        "version": [version for _, version, _ in phones],
        "written": [written for _, _, written in phones],
    }
    for statement in _COPY:
        await conn.execute(statement, told)


async def forget_phones(conn: AsyncConnection, person_ids: Sequence[str]) -> None:
    """Forget the numbers of erased people (F2)."""
    await conn.execute(_FORGET, {"person_id": list(person_ids)})


async def named_by(conn: AsyncConnection, order_no: int, day: date) -> Sequence[Named]:
    """Return everybody whom an order names by an assignment, valid on the day or not."""
    shape = await shape_of(conn, [order_no])
    spared = _SPARED if shape.conditions else "false"
    await tune(conn)
    rows = await conn.execute(
        text(f"{judged_sql(shape)} {_NAMED.format(spared=spared)}"), merge_parameters([order_no], day)
    )
    return [Named(**row) for row in rows.mappings()]


async def suppressed_scopes(conn: AsyncConnection, hashes: Sequence[bytes]) -> Mapping[bytes, set[str]]:
    """Return the scopes in which numbers are suppressed."""
    found: dict[bytes, set[str]] = {}
    for hashed, scope in await conn.execute(_REFUSED, {"hashes": list(hashes)}):
        found.setdefault(bytes(hashed), set()).add(scope)
    return found


async def keep_plan(
    conn: AsyncConnection,
    order_no: int,
    planned: Sequence[PlannedText],
    excluded: Mapping[int, Reason],
    at: datetime,
) -> None:
    """Keep who gets a text of an order and who, by ``person_key``, does not."""
    people = sum(len(each.shared.people) for each in planned)
    order = {"order_no": order_no}
    await conn.execute(_PLAN, {**order, "at": at, "recipients": people, "texts": len(planned)})
    if planned:
        await conn.execute(_TEXTS, [{**order, **_row(each)} for each in planned])
    reasons = {"person_key": list(excluded), "reason": [str(reason) for reason in excluded.values()]}
    await conn.execute(_EXCLUDE, {**order, **reasons})


async def lock_order(conn: AsyncConnection, order_id: UUID) -> tuple[int, bool] | None:
    """Return an order's number and whether all its texts had their outcome; None for an unknown one."""
    row = (await conn.execute(_LOCK, {"order_id": order_id})).one_or_none()
    return None if row is None else (row.order_no, row.completed_at is not None)


async def note(conn: AsyncConnection, order_no: int, outcomes: Sequence[TextOutcome]) -> Counter[str]:
    """Note outcomes, unless a newer one is known; return how many texts there are in each state."""
    rows = [{"order_no": order_no, **each.model_dump()} for each in outcomes]
    await conn.execute(_NOTE, rows)
    counted = await conn.execute(_COUNT, {"order_no": order_no})
    return Counter({row.state: row.texts for row in counted})


async def overview(conn: AsyncConnection, order_id: UUID) -> Overview | None:
    """Return an order's figures; None if it is none by text message."""
    row = (await conn.execute(_ORDER, {"order_id": order_id})).one_or_none()
    if row is None:
        return None
    order = {"order_no": row.order_no}
    states = {each.state: each.texts for each in await conn.execute(_COUNT, order)}
    left_out = {Reason(each.reason): each.people for each in await conn.execute(_LEFT_OUT, order)}
    return Overview(row.planned_at, row.completed_at, row.recipients, row.texts, states, left_out)


async def of_person(conn: AsyncConnection, order_id: UUID, person_key: int) -> OfPerson:
    """Return a person's share in an order that is one by text."""
    told = {"order_id": order_id, "person_key": person_key}
    return OfPerson(**(await conn.execute(_OF_PERSON, told)).mappings().one())


async def complete(conn: AsyncConnection, order_no: int, at: datetime) -> None:
    await conn.execute(_COMPLETE, {"order_no": order_no, "at": at})


def _row(planned: PlannedText) -> dict[str, Any]:
    people = [person.person_key for person in planned.shared.people]
    return {"text_id": planned.text_id, "phone_hash": planned.shared.number.hashed, "persons": people}
