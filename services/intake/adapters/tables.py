"""Intake's tables."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.intake.domain.states import State
from shared.messaging.tables import add_messaging_tables
from shared.persistence.database import new_metadata
from shared.web.idempotency import add_idempotency_table

metadata = new_metadata()
add_messaging_tables(metadata, "intake")
add_idempotency_table(metadata)

MOMENT = DateTime(timezone=True)

units = Table(
    "units",
    metadata,
    Column("unit_id", String(200), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("name", String(500), nullable=False),
    Column("kind", String(500), nullable=False),
    Column("region", String(500), nullable=False),
    Column("closed", Boolean, nullable=False),
)

named_people = Table(
    "named_people",
    metadata,
    Column("unit_id", String(200), ForeignKey("units.unit_id", ondelete="CASCADE"), primary_key=True),
    Column("source", String(10), primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("address", String(320), nullable=False),
    Column("name", String(500), nullable=False),
    UniqueConstraint("unit_id", "source", "address"),
    CheckConstraint("source IN ('crm', 'local')", name="source"),
    CheckConstraint("position >= 1 AND (source = 'crm' OR position <= 2)", name="position"),
    comment="Who may order for a unit (A9): from the CRM, and at most two local ones.",
)

register_names = Table(
    "register_names",
    metadata,
    Column("what", String(30), primary_key=True),
    Column("name", String(200), primary_key=True),
    CheckConstraint("what IN ('assignment_types', 'agreements', 'occupational_groups')", name="what"),
    comment="The names that people of the register bear, as the scheduler tells them (A7, D5).",
)

_STATES = ", ".join(f"'{state}'" for state in State)

orders = Table(
    "orders",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("unit_id", String(200), nullable=False),
    Column("ordered_by", String(320), nullable=False),
    Column("title", String(500), nullable=False),
    Column("order_class", String(20), nullable=False),
    Column("urgency", String(20), nullable=False, server_default="normal"),
    Column("texts", JSONB, nullable=False),
    Column("audience", JSONB(none_as_null=True)),
    Column("faq", JSONB(none_as_null=True)),
    Column("not_before", Date),
    Column("sender", String(500)),
    Column("channel", String(4), nullable=False, server_default="mail"),
    Column("state", String(20), nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("submissions", Integer, nullable=False),
    Column("received_at", MOMENT, nullable=False),
    Column("submitted_at", MOMENT),
    Column("completed_at", MOMENT),
    Column("accepted_at", MOMENT),
    Column("answer_due", MOMENT),
    Column("answered_at", MOMENT),
    Column("edition_id", Uuid),
    Column("wednesday", Date),
    Column("send_at", MOMENT),
    Column("schedule_note", String(500), nullable=False),
    Column("scheduled_as_of", MOMENT),
    Column("recipients", Integer),
    Column("excluded", JSONB(none_as_null=True)),
    Column("withdrawn_because", String(500), nullable=False),
    Column("stopped_because", String(500), nullable=False, server_default=text("''")),
    Column("corrects", Uuid, ForeignKey("orders.order_id")),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint("urgency IN ('urgent', 'normal')", name="urgency"),
    CheckConstraint("order_class IN ('duty', 'information', 'appeal')", name="order_class"),
    CheckConstraint("channel IN ('mail', 'sms')", name="channel"),
    CheckConstraint("channel = 'mail' OR accepted_at IS NULL OR urgency = 'urgent'", name="texts_are_urgent"),
    CheckConstraint("(submissions > 0) = (submitted_at IS NOT NULL)", name="submitted"),
    CheckConstraint("(submitted_at IS NULL) = (answer_due IS NULL)", name="answer_due"),
    CheckConstraint(
        "accepted_at IS NULL OR (completed_at IS NOT NULL AND audience IS NOT NULL AND faq IS NOT NULL)",
        name="accepted_is_complete",
    ),
    CheckConstraint(
        "state NOT IN ('accepted', 'scheduled', 'locked', 'sending', 'sent', 'stopped') "
        "OR accepted_at IS NOT NULL",
        name="accepted",
    ),
    CheckConstraint("state <> 'returned' OR jsonb_array_length(reasons) > 0", name="returned_says_why"),
    CheckConstraint("state <> 'scheduled' OR wednesday IS NOT NULL", name="scheduled_has_day"),
)
Index("orders_unit_idx", orders.c.unit_id, orders.c.order_id)
Index("orders_ordered_by_idx", orders.c.ordered_by, orders.c.order_id)
Index(
    "orders_unanswered_idx",
    orders.c.answer_due,
    postgresql_where=text("answered_at IS NULL AND submitted_at IS NOT NULL AND state <> 'withdrawn'"),
)

order_history = Table(
    "order_history",
    metadata,
    Column("step", BigInteger, Identity(), primary_key=True),
    Column("order_id", Uuid, ForeignKey("orders.order_id"), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("input", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("by", String(320), nullable=False),
    Index("order_history_order_idx", "order_id", "step"),
    comment="What happened to an order, when, and by whom (F4). Rows are only added.",
)

answers = Table(
    "answers",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("order_id", Uuid, ForeignKey("orders.order_id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("state", String(20), nullable=False),
    Column("concluded_at", MOMENT),
    Column("reply", Text, nullable=False),
    CheckConstraint("kind IN ('scheduled', 'returned', 'stopped', 'drafted')", name="kind"),
    CheckConstraint("state IN ('waiting', 'accepted', 'failed', 'suppressed', 'uncertain')", name="state"),
    CheckConstraint("(state = 'waiting') = (concluded_at IS NULL)", name="concluded"),
    Index("answers_order_idx", "order_id"),
    comment="Mails to orderers (A4) and what became of them.",
)

order_mails = Table(
    "order_mails",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("order_id", Uuid, ForeignKey("orders.order_id"), nullable=False, unique=True),
    Column("writer", String(320), nullable=False),
    Column("name", String(500), nullable=False),
    Column("subject", String(500), nullable=False),
    Column("text", Text, nullable=False),
    Column("attachments", JSONB, nullable=False),
    Column("received_at", MOMENT, nullable=False),
    Index("order_mails_writer_idx", "writer", "received_at"),
    comment="Orders that came by mail (A5), as they were written; the message itself stays in the mailbox.",
)
