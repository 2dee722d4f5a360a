"""Tables of what stands beside the Wednesdays: extra editions, and addresses of the calendar."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Identity,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY


def add_calendar_tables(metadata: MetaData) -> None:
    """Add the tables, which editions refer to."""
    _add_extra_editions(metadata)
    _add_feeds(metadata)


def _add_extra_editions(metadata: MetaData) -> None:
    Table(
        "extra_edition",
        metadata,
        Column("extra_no", BigInteger, Identity(always=True), primary_key=True),
        Column("extra_id", Uuid, nullable=False, unique=True),
        Column("day", Date, nullable=False),
        Column("release_at", DateTime(timezone=True), nullable=False),
        Column("order_ids", ARRAY(Uuid), nullable=False),
        Column("reason", String, nullable=False),
        Column("proposed_by", String, nullable=False),
        Column("proposed_at", DateTime(timezone=True), nullable=False),
        Column("confirmed_by", String),
        Column("confirmed_at", DateTime(timezone=True)),
        Column("withdrawn_by", String),
        Column("withdrawn_at", DateTime(timezone=True)),
        CheckConstraint("extract(isodow FROM day) <> 3", name="day"),
        CheckConstraint("cardinality(order_ids) > 0", name="orders"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
        CheckConstraint(
            "(withdrawn_by IS NULL) = (withdrawn_at IS NULL)"
            " AND (withdrawn_by IS NULL OR confirmed_by IS NULL)",
            name="withdrawn",
        ),
        CheckConstraint("lower(confirmed_by) <> lower(proposed_by)", name="two_people"),
        comment="Proposed by one person and confirmed by another: the exception to A2.",
    )


def _add_feeds(metadata: MetaData) -> None:
    Table(
        "calendar_feed",
        metadata,
        Column("feed_id", Uuid, primary_key=True),
        Column("name", String, nullable=False),
        Column("secret_hash", LargeBinary, nullable=False, unique=True),
        Column("made_by", String, nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("revoked_by", String),
        Column("revoked_at", DateTime(timezone=True)),
        CheckConstraint("octet_length(secret_hash) = 32", name="hash"),
        CheckConstraint("(revoked_by IS NULL) = (revoked_at IS NULL)", name="revoked"),
        comment="Secret addresses of the calendar, of which only the hash is kept.",
    )
