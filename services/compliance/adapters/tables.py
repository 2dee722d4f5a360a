"""Compliance's tables. No address stands in them, only keyed hashes (F3)."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    String,
    Table,
    text,
)

from shared.messaging.tables import add_messaging_tables
from shared.persistence.database import new_metadata
from shared.web.idempotency import add_idempotency_table

metadata = new_metadata()
add_messaging_tables(metadata, "compliance")
add_idempotency_table(metadata)

MOMENT = DateTime(timezone=True)
_SCOPE = "scope IN ('organisation', 'address') OR (scope LIKE 'unit:_%' AND length(scope) <= 205)"
_REASON = "reason IN ('opted_out', 'crm', 'complaint', 'dead_address', 'desk')"

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_hash", LargeBinary(32), primary_key=True),
    Column("scope", String(205), primary_key=True),
    Column("reason", String(20), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("lifted_at", MOMENT),
    CheckConstraint("octet_length(address_hash) = 32", name="hash"),
    CheckConstraint(_SCOPE, name="scope"),
    CheckConstraint(_REASON, name="reason"),
    CheckConstraint("lifted_at IS NULL OR lifted_at >= at", name="lifted_after"),
)
Index(
    "suppressions_holding_idx",
    suppressions.c.scope,
    suppressions.c.reason,
    postgresql_where=text("lifted_at IS NULL"),
)

audit = Table(
    "suppression_audit",
    metadata,
    Column("entry", BigInteger, Identity(always=True), primary_key=True),
    Column("address_hash", LargeBinary(32), nullable=False),
    Column("scope", String(205), nullable=False),
    Column("change", String(10), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("by", String(320), nullable=False),
    Column("at", MOMENT, nullable=False),
    CheckConstraint("change IN ('added', 'lifted')", name="change"),
    Index("suppression_audit_hash_idx", "address_hash", "entry"),
    comment="Every change of a suppression (F4). A trigger refuses to change or delete rows.",
)

disputes = Table(
    "disputed_assignments",
    metadata,
    Column("address_hash", LargeBinary(32), primary_key=True),
    Column("order_id", String(200), primary_key=True),
    Column("unit_id", String(200), primary_key=True),
    Column("at", MOMENT, nullable=False),
    CheckConstraint("octet_length(address_hash) = 32", name="hash"),
    comment="Who said, from which mail, that an assignment is no longer theirs: told to the CRM once.",
)
