"""What PostgreSQL does for each statement of a connection, seen while it is done."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

_EXPLAIN = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "
_EXPLAINED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@dataclass(frozen=True)
class Node:
    """One step of a plan. ``rows`` are those it read or gave, over all its ``loops``."""

    kind: str
    relation: str
    rows: float
    loops: int


@dataclass(frozen=True)
class Plan:
    """How a statement was executed."""

    statement: str
    nodes: tuple[Node, ...]

    def scanned(self) -> set[str]:
        """Return the tables that were read from end to end."""
        return {node.relation for node in self.nodes if node.kind == "Seq Scan" and node.loops}

    def read(self) -> float:
        """Return how many rows were looked at."""
        return sum(node.rows for node in self.nodes if node.relation)

    def gone_through(self) -> float:
        """Return the rows of the step that went through most, also of what the statement made itself."""
        return max((node.rows for node in self.nodes), default=0)

    def most_looked_up(self) -> int:
        """Return how often something was looked up in a table, for each row of another."""
        return max((node.loops for node in self.nodes if node.relation), default=0)


@asynccontextmanager
async def explained(conn: AsyncConnection) -> AsyncIterator[list[Plan]]:
    """Note the plan of each statement: it is run once to be explained, undone, and run."""
    plans: list[Plan] = []
    target = conn.sync_connection
    assert target is not None
    busy = False

    def explain(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        nonlocal busy
        if busy or not statement.lstrip().startswith(_EXPLAINED):
            return
        busy = True
        try:
            undone = connection.begin_nested()
            found = connection.exec_driver_sql(_EXPLAIN + statement, parameters).scalar_one()
            undone.rollback()
        finally:
            busy = False
        plans.append(Plan(" ".join(statement.split()), tuple(_nodes(found[0]["Plan"]))))

    event.listen(target, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(target, "before_cursor_execute", explain)


def _nodes(plan: dict[str, Any]) -> Iterator[Node]:
    loops = plan["Actual Loops"]
    rows = (
        plan["Actual Rows"]
        + plan.get("Rows Removed by Filter", 0)
        + plan.get("Rows Removed by Index Recheck", 0)
    )
    yield Node(plan["Node Type"], plan.get("Relation Name", ""), rows * max(loops, 1), loops)
    for part in plan.get("Plans", ()):
        yield from _nodes(part)
