"""A register of 300 000 people and 40 orders to a million pairs, made by PostgreSQL itself in seconds."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, orders
from services.scheduler.domain.wednesdays import WeekPlan
from shared.contracts.intake import Audience
from tests.component.scheduler.planning import TUESDAY, WEDNESDAY, order

PEOPLE = 300_000
ORDERS = 40
TYPES = 12

_REGISTER = (
    "INSERT INTO assignment_type (name) SELECT 'type ' || n FROM generate_series(0, 11) AS n",
    (
        "INSERT INTO unit (unit_id, version, name, region) "
        "SELECT 'u' || n, 1, 'Krets ' || n, 'Region ' || n % 21 FROM generate_series(0, 1499) AS n"
    ),
    (
        "INSERT INTO mailbox (address_hash, address) "
        "SELECT sha256(('person' || n)::bytea), 'person' || n || '@example.org' "
        "FROM generate_series(1, :people) AS n"
    ),
    (
        "INSERT INTO person (person_id, version, name, mailbox_key, email_status) "
        "SELECT 'p' || n, 1, 'Anna Ek ' || n, CASE WHEN n % 20 <> 7 THEN n - (n % 25 = 4)::int END, "
        "CASE WHEN n % 20 <> 7 THEN 'ok' ELSE 'missing' END FROM generate_series(1, :people) AS n"
    ),
    (
        "INSERT INTO assignment (assignment_id, version, person_key, unit_key, type_key) "
        "SELECT 'a' || n, 1, 1 + n % :people, 1 + (n % 1500 * 7919) % 1500, 1 + (n / 7) % 12 "
        "FROM generate_series(0, CAST(:people AS integer) * 4 / 3 - 1) AS n"
    ),
    (
        "INSERT INTO suppression (mailbox_key, scope, lifted, at) "
        "SELECT n, 'organisation', false, now() FROM generate_series(25, CAST(:people AS integer), 25) AS n"
    ),
)


async def settle(conn: AsyncConnection, plan: WeekPlan, people: int = PEOPLE) -> None:
    """Put the register and the orders into an empty database whose numbers start at 1."""
    await conn.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in _REGISTER:
        await conn.execute(text(statement), {"people": people} if ":people" in statement else {})
    edition = await editions.opened(conn, WEDNESDAY, plan, TUESDAY)
    for number in range(ORDERS):
        audience = Audience(assignment_types=(f"type {number % TYPES}",), all_units=True)
        placed = order(order_id=UUID(int=number + 1), audience=audience)
        order_no = await orders.add(conn, placed)
        assert order_no is not None
        await orders.join(conn, edition.edition_no, order_no)
