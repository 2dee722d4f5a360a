"""Tables of orders by text message (D7): the register's numbers, and who was to get a text."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

_MOMENT = DateTime(timezone=True)


def add_text_tables(metadata: MetaData) -> None:
    """Add the tables of numbers, orders by text, planned texts and exclusions."""
    _add_phones(metadata)
    _add_texts(metadata)


def _add_phones(metadata: MetaData) -> None:
    Table(
        "phone",
        metadata,
        Column("person_key", ForeignKey("person.person_key"), primary_key=True),
        Column("written", String(60), nullable=False, comment="as the CRM has it; erased with the person"),
        CheckConstraint("written <> ''", name="written"),
    )


def _add_texts(metadata: MetaData) -> None:
    Table(
        "text_order",
        metadata,
        Column("order_no", ForeignKey("orders.order_no"), primary_key=True),
        Column("planned_at", _MOMENT, nullable=False),
        Column("recipients", Integer, nullable=False),
        Column("texts", Integer, nullable=False),
        Column("completed_at", _MOMENT),
        CheckConstraint("recipients >= texts AND texts >= 0", name="people_share_numbers"),
    )
    Table(
        "planned_text",
        metadata,
        Column("text_id", Uuid, primary_key=True),
        Column("order_no", ForeignKey("text_order.order_no"), nullable=False),
        Column("phone_hash", LargeBinary, nullable=False),
        Column("persons", ARRAY(BigInteger), nullable=False),
        Column("state", String(10), nullable=False, server_default="planned"),
        Column("reason", String(20), nullable=False, server_default=""),
        Column("parts", SmallInteger),
        Column("reported_at", _MOMENT),
        UniqueConstraint("order_no", "phone_hash"),
        CheckConstraint("octet_length(phone_hash) = 32", name="phone_hash"),
        CheckConstraint("(state = 'planned') = (reported_at IS NULL)", name="reported"),
        CheckConstraint(
            "state IN ('planned', 'accepted', 'delivered', 'failed', 'suppressed', 'uncertain')", name="state"
        ),
    )
    Table(
        "text_exclusion",
        metadata,
        Column("order_no", ForeignKey("text_order.order_no"), primary_key=True),
        Column("person_key", ForeignKey("person.person_key"), primary_key=True),
        Column("reason", String(20), nullable=False),
    )
