"""Tables of orders, as intake accepted them."""

from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Identity,
    MetaData,
    String,
    Table,
    Uuid,
    false,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.scheduler.domain.sections import CLASSES, URGENCIES


def add_order_tables(metadata: MetaData) -> None:
    """Add the tables of orders and their withdrawals."""
    _add_orders(metadata)
    _add_withdrawals(metadata)


def _add_orders(metadata: MetaData) -> None:
    Table(
        "orders",
        metadata,
        Column("order_no", BigInteger, Identity(always=True), primary_key=True),
        Column("order_id", Uuid, nullable=False, unique=True),
        Column("unit_id", String, nullable=False),
        Column("unit_name", String, nullable=False),
        Column("ordered_by", String, nullable=False),
        Column("title", String, nullable=False),
        Column("order_class", String, nullable=False),
        Column("audience", JSONB, nullable=False, comment="as intake said it"),
        Column("assignment_types", ARRAY(String), nullable=False),
        Column("all_units", Boolean, nullable=False),
        Column("regions", ARRAY(String), nullable=False),
        Column("unit_ids", ARRAY(String), nullable=False),
        Column("own_branch", Boolean, nullable=False, server_default=false()),
        Column("members", Boolean, nullable=False, server_default=false()),
        Column("recipients_of", ARRAY(Uuid), nullable=False, server_default="{}"),
        Column("texts", JSONB, nullable=False),
        moment("completed_at", nullable=False),
        Column("not_before", Date),
        Column("urgency", String, nullable=False, server_default="normal"),
        one_of("order_class", CLASSES),
        one_of("urgency", URGENCIES),
        CheckConstraint(
            "(cardinality(assignment_types) > 0)::int + members::int + (cardinality(recipients_of) > 0)::int"
            " = 1",
            name="base",
        ),
        CheckConstraint(
            "all_units::int + (cardinality(regions) > 0)::int + (cardinality(unit_ids) > 0)::int"
            " + own_branch::int = (cardinality(assignment_types) > 0)::int",
            name="scope",
        ),
    )


def _add_withdrawals(metadata: MetaData) -> None:
    Table(
        "withdrawal",
        metadata,
        Column("order_id", Uuid, primary_key=True, comment="may come before its order"),
        Column("reason", String, nullable=False),
        moment("at", nullable=False),
    )


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Return the check that a column holds one of these values, named after it."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def moment(name: str, *, nullable: bool = True) -> Column[object]:
    """Return a column that holds an instant."""
    return Column(name, DateTime(timezone=True), nullable=nullable)
