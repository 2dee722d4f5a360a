"""A Wednesday in steps, from the first order to the last outcome, and what it came to."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import asyncpg

from services.scheduler.adapters import register, suppressions
from services.scheduler.adapters.register import AssignmentRow, PersonRow, UnitRow
from shared.addresses import address_hash
from shared.contracts.compliance import SuppressionAdded
from shared.contracts.crm import ErasedPerson, PersonErased
from shared.contracts.envelope import Envelope
from shared.contracts.intake import OrderWithdrawn
from shared.contracts.message import Message
from shared.contracts.scheduler import EditionCompleted, EditionFrozen, EditionReleased, OrderScheduled
from shared.contracts.sender import BatchRecorded, DeliverBatch, DeliveryReported, PrepareEdition
from shared.persistence.database import Database, engine_for
from tests.component.scheduler.planning import CUTOFF, RELEASE, SECRET, TUESDAY, duty, order
from tests.support.databases import driverless

Delivery = tuple[str, str]
"""A use case, and a message as it came."""

Said = list[dict[str, Any]]
"""The data of messages, in the order of the outbox, each with its ``type``."""

WEDNESDAY_TYPES = frozenset(
    message.TYPE
    for message in (
        OrderScheduled,
        EditionFrozen,
        PrepareEdition,
        DeliverBatch,
        EditionReleased,
        EditionCompleted,
    )
)
"""The messages that move an edition on; others tell somebody about it."""

ORDERS = (
    duty(order_id=UUID(int=1)),
    order(order_id=UUID(int=2), order_class="appeal"),
    order(order_id=UUID(int=3)),
    order(order_id=UUID(int=4)),
)
A_WEEK = timedelta(days=7)
MOST_SECTIONS = 1
"""Of the two that are information and are not withdrawn, one waits a week (D2)."""
ADDRESSES = ("a@example.org", "a@example.org", "b@example.org", "c@example.org", "d@example.org", None)
"""Of the people p0, p1, …: the first two share one."""


@dataclass(frozen=True)
class Step:
    """Messages that come, or the jobs once, at a moment. ``messages`` may answer what was said before."""

    name: str
    at: datetime
    messages: Callable[[Said], Sequence[tuple[str, Message]]] | None = None

    def deliveries(self, said: Said) -> list[Delivery]:
        """Return what the bus brings, with the same ids however often it is asked."""
        told = self.messages(said) if self.messages else ()
        return [
            (use_case, _enveloped(message, uuid5(UUID(int=0), f"{self.name}/{number}"), self.at))
            for number, (use_case, message) in enumerate(told)
        ]


def _meanwhile(_: Said) -> list[tuple[str, Message]]:
    hashed = address_hash(SECRET.encode(), "c@example.org").hex()
    return [
        ("withdraw-order", OrderWithdrawn(order_id=ORDERS[1].order_id, reason="Fel datum.")),
        (
            "suppress-address",
            SuppressionAdded(address_hash=hashed, scope="organisation", reason="opted_out", at=CUTOFF),
        ),
        ("erase-persons", PersonErased(persons=(ErasedPerson(person_id="p4", version=2),))),
    ]


def _answers(said: Said) -> list[tuple[str, Message]]:
    batches = {
        data["batch"]: DeliverBatch.model_validate(data) for data in said if data["type"] == DeliverBatch.TYPE
    }
    told: list[tuple[str, Message]] = []
    for number, batch in sorted(batches.items()):
        size = len(batch.mails)
        recorded = BatchRecorded(edition_id=batch.edition_id, batch=number, recorded=size, repeated=0)
        refused = ["unit:u1"] if number == 1 else []
        outcomes = [
            {"mail_id": mail.mail_id, "state": "accepted", "at": RELEASE, "refused": refused}
            for mail in batch.mails
        ]
        reported = DeliveryReported.model_validate({"edition_id": batch.edition_id, "outcomes": outcomes})
        told += [("note-batch", recorded), ("note-outcomes", reported)]
    return told


STEPS = (
    Step("orders come", TUESDAY, lambda _: [("place-order", each) for each in ORDERS]),
    Step("a look at the audiences", TUESDAY + timedelta(hours=1)),
    Step("the cut-off", CUTOFF),
    Step("meanwhile", CUTOFF + timedelta(hours=1), _meanwhile),
    Step("the release", RELEASE),
    Step("no answer", RELEASE + timedelta(minutes=6)),
    Step("the answers", RELEASE + timedelta(minutes=7), _answers),
    Step("the end", RELEASE + timedelta(minutes=8)),
    Step("the next cut-off", CUTOFF + A_WEEK),
    Step("a release that nobody saw", RELEASE + A_WEEK + timedelta(hours=13)),
)


async def settle(database_url: str) -> None:
    """Put the register there."""
    database = Database(engine_for(database_url, "scheduler", pool_size=1))
    people = [_person(number, address) for number, address in enumerate(ADDRESSES)]
    held = [AssignmentRow(f"a{n}", 1, f"p{n}", "u1", "ordförande", None, None) for n in range(len(ADDRESSES))]
    async with database.begin() as conn:
        await register.copy_units(conn, [UnitRow("u1", 1, "Krets 1", "branch", "Skåne", None, closed=False)])
        await register.copy_persons(conn, people)
        await register.copy_assignments(conn, held)
        hashed = address_hash(SECRET.encode(), "b@example.org")
        await suppressions.suppress(conn, hashed, "organisation", "", TUESDAY)
    await database.close()


async def carry(database_url: str) -> Said:
    """Take everything out of the outbox, as the relay does."""
    conn = await asyncpg.connect(driverless(database_url))
    try:
        rows = await conn.fetch("DELETE FROM scheduler.scheduler_outbox RETURNING id, payload")
    finally:
        await conn.close()
    envelopes = [json.loads(row["payload"]) for row in sorted(rows, key=lambda row: row["id"])]
    return [{**envelope["data"], "type": envelope["type"]} for envelope in envelopes]


_ENDING = {
    "editions": "SELECT wednesday::text, state, pairs, mails FROM edition",
    "orders": "SELECT wednesday::text, order_id::text, position, recipients FROM edition "
    "JOIN edition_order USING (edition_no) JOIN orders USING (order_no)",
    "mails": "SELECT wednesday::text, m.mailbox_key, m.language, m.state, m.refused::text, "
    "array_agg(ARRAY[person_id, assignment_type, unit_name, sections::text] ORDER BY person_id, cell_no) "
    "FROM edition JOIN planned_mail m USING (edition_no) "
    "LEFT JOIN LATERAL unnest(persons, cells) AS e (person_key, cell_no) ON true "
    "LEFT JOIN person USING (person_key) LEFT JOIN edition_cell USING (edition_no, cell_no) "
    "GROUP BY 1, 2, 3, 4, 5",
    "exclusions": "SELECT order_id::text, person_id, reason, after_freeze "
    "FROM exclusion JOIN orders USING (order_no) JOIN person USING (person_key)",
    "counts": "SELECT order_id::text, reason, people, later "
    "FROM exclusion_count JOIN orders USING (order_no)",
    "batches": "SELECT batch_no, first_mailbox, last_mailbox, mails, handed_at IS NULL, recorded_at IS NULL "
    "FROM batch",
    "tallies": "SELECT state, mails FROM tally WHERE mails > 0",
    "people": "SELECT person_id, erased, mailbox_key FROM person",
    "left to say": "SELECT id FROM scheduler_outbox",
}
"""What stands in the tables, without the numbers and moments that no two runs have in common."""


async def ending(database_url: str, said: Said) -> dict[str, list[str]]:
    """Return what a Wednesday came to: in the tables, and in everything that was said."""
    conn = await asyncpg.connect(driverless(database_url), server_settings={"search_path": "scheduler"})
    try:
        found = {name: [repr(tuple(row)) for row in await conn.fetch(sql)] for name, sql in _ENDING.items()}
    finally:
        await conn.close()
    return {name: sorted(rows) for name, rows in found.items()} | {"said": sorted(map(_anonymous, said))}


_MADE = re.compile(r"(?!0{8})[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|T\d\d:\d\d:\d\d(\.\d+)?Z?")
"""An id that the scheduler made (those of the orders are small numbers), or a time of day that it read."""


def _anonymous(data: dict[str, Any]) -> str:
    """Return a message without what is made anew in each run."""
    text = json.dumps(data, sort_keys=True)
    for mail in data.get("mails", ()) if data["type"] == DeliverBatch.TYPE else ():
        text = text.replace(mail["mail_id"], f"mail to {mail['address']}")
    return _MADE.sub("*", text)


def _person(number: int, address: str | None) -> PersonRow:
    name = f"p{number}"
    if address is None:
        return PersonRow(name, 1, name, "sv", "missing")
    return PersonRow(name, 1, name, "sv", "ok", address, address_hash(SECRET.encode(), address))


def _enveloped(message: Message, message_id: UUID, at: datetime) -> str:
    envelope = Envelope[Message](
        id=message_id,
        source=f"/onsdag/{message.producer()}",
        type=message.TYPE,
        time=at,
        correlationid=message_id,
        data=message,
    )
    return envelope.model_dump_json(exclude_none=True, serialize_as_any=True)
