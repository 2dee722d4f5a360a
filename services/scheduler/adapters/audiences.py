"""An audience before anything is ordered: whom it names, and what in it nobody has heard of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters.merge import tune
from services.scheduler.adapters.merge_sql import Shape, judged_sql
from shared.contracts.intake import Audience
from shared.contracts.message import OrderClass

_HOLDERS = "type_key = ANY (ARRAY(SELECT DISTINCT type_key FROM type_cell))"
"""Only holders of its types: several times faster for few of them."""

_PEOPLE = """
    SELECT person_key, person_id, name, reason FROM (
        SELECT person_key, NULL AS reason FROM reader
        UNION ALL SELECT person_key, reason FROM excluded
    ) AS named JOIN person USING (person_key)
    WHERE person_key > :after ORDER BY person_key LIMIT :limit
"""

_UNHEARD = text(
    """
    WITH said AS (SELECT CAST(:audience AS jsonb) AS audience),
    part AS (
        SELECT audience AS part FROM said UNION ALL SELECT audience->'exclude' FROM said
    ),
    given AS (
        SELECT DISTINCT what, name FROM part
        CROSS JOIN unnest(ARRAY['assignment_types', 'regions', 'units', 'kinds', 'agreements',
            'occupational_groups', 'recipients_of']) AS w (what)
        CROSS JOIN LATERAL jsonb_array_elements_text(part->what) AS n (name)
        UNION
        SELECT 'units', CAST(:unit_id AS text)
    )
    SELECT CASE WHEN what = 'recipients_of'
        AND EXISTS (SELECT FROM orders WHERE CAST(order_id AS text) = given.name)
        THEN 'undecided' ELSE what END AS what, name
    FROM given WHERE NOT CASE what
        WHEN 'assignment_types' THEN EXISTS (SELECT FROM assignment_type t WHERE t.name = given.name)
        WHEN 'regions' THEN EXISTS (SELECT FROM unit WHERE region = given.name)
        WHEN 'units' THEN EXISTS (SELECT FROM unit WHERE unit_id = given.name AND version >= 0)
        WHEN 'kinds' THEN EXISTS (SELECT FROM unit WHERE lower(kind) = given.name)
        WHEN 'agreements' THEN EXISTS (SELECT FROM profile WHERE given.name = ANY(agreements))
        WHEN 'occupational_groups' THEN
            EXISTS (SELECT FROM profile WHERE given.name = ANY(occupational_groups))
        ELSE EXISTS (SELECT FROM orders LEFT JOIN edition_order USING (order_no)
            LEFT JOIN text_order USING (order_no) WHERE CAST(order_id AS text) = given.name
            AND (position IS NOT NULL OR text_order.order_no IS NOT NULL))
    END
    ORDER BY what, name
    """
)

_ORDERED = text("SELECT unit_id, order_class, audience FROM orders WHERE order_no = :order_no")


@dataclass(frozen=True)
class Thought:
    """An order that is only thought of: who would order it, as what, for whom."""

    unit_id: str
    order_class: OrderClass
    audience: Audience

    @property
    def shape(self) -> Shape:
        """What its merge must look at."""
        audience = self.audience
        conditions = (
            audience.members,
            audience.recipients_of,
            audience.agreements,
            audience.occupational_groups,
            audience.languages,
            any(audience.exclude.model_dump().values()),
        )
        return Shape(conditions=any(conditions), asked=True)

    def told(self, day: date) -> dict[str, object]:
        """Return what the merge's SQL needs to know."""
        return {
            "unit_id": self.unit_id,
            "order_class": self.order_class,
            "audience": self.audience.model_dump_json(),
            "nothing": "0",
            "day": day,
        }


@dataclass(frozen=True)
class Named:
    """Somebody whom an audience names. ``reason`` is why they would not get it, None if they would."""

    person_key: int
    person_id: str
    name: str
    reason: str | None


async def people(
    conn: AsyncConnection, thought: Thought, day: date, *, after: int, limit: int
) -> Sequence[Named]:
    """Return whom an audience names on a day, by number, after one of them."""
    await tune(conn)
    statement = text(f"{judged_sql(thought.shape, _HOLDERS)} {_PEOPLE}")
    rows = await conn.execute(statement, {**thought.told(day), "after": after, "limit": limit})
    return [Named(*row) for row in rows]


async def unheard_of(conn: AsyncConnection, unit_id: str, audience: Audience) -> list[tuple[str, str]]:
    """Return what an audience names that is not here, and the unit if it is not, as (what, name)."""
    told = {"unit_id": unit_id, "audience": audience.model_dump_json()}
    return [(what, name) for what, name in await conn.execute(_UNHEARD, told)]


async def unheard_by(conn: AsyncConnection, order_no: int) -> list[tuple[str, str]]:
    """Return the same of an order that is here."""
    ordered = await thought_of(conn, order_no)
    return await unheard_of(conn, ordered.unit_id, ordered.audience)


async def thought_of(conn: AsyncConnection, order_no: int) -> Thought:
    """Return an order that is here as one that is thought of."""
    unit_id, order_class, audience = (await conn.execute(_ORDERED, {"order_no": order_no})).one()
    return Thought(unit_id, order_class, Audience.model_validate(audience))
