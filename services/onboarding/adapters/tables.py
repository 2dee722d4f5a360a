"""Onboarding's tables. What is known of a person stands in ``newcomers`` alone, so that it can go (C9)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)

from services.onboarding.domain.steps import STEPS, State
from shared.messaging.tables import add_messaging_tables
from shared.persistence.database import new_metadata

metadata = new_metadata()
add_messaging_tables(metadata, "onboarding")

MOMENT = DateTime(timezone=True)
_STATES = ", ".join(f"'{state}'" for state in State)
_STEPS = ", ".join(f"'{step}'" for step in STEPS)

units = Table(
    "units",
    metadata,
    Column("unit_id", String(200), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("name", String(500), nullable=False),
    Column("closed", Boolean, nullable=False),
)

member_contacts = Table(
    "member_contacts",
    metadata,
    Column("unit_id", String(200), ForeignKey("units.unit_id", ondelete="CASCADE"), primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("address", String(320), nullable=False),
    Column("name", String(500), nullable=False),
    UniqueConstraint("unit_id", "address"),
    CheckConstraint("position >= 1", name="position"),
    Index("member_contacts_address_idx", "address"),
    comment="Who looks after new members in a unit (C1), and alone sees who they are (F4).",
)

timelines = Table(
    "timelines",
    metadata,
    Column("timeline_id", Uuid, primary_key=True),
    Column("interest_id", String(200), nullable=False),
    Column("unit_id", String(200), nullable=False),
    Column("registered_at", MOMENT, nullable=False),
    Column("started_at", MOMENT, nullable=False),
    UniqueConstraint("interest_id"),
    Index("timelines_unit_idx", "unit_id", "registered_at"),
    comment="One for each interest. The unit may not be known here yet. No personal data.",
)

newcomers = Table(
    "newcomers",
    metadata,
    Column("timeline_id", Uuid, ForeignKey("timelines.timeline_id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", String(200), nullable=False),
    Column("first_name", String(500), nullable=False),
    Column("last_name", String(500), nullable=False),
    Column("email", String(320), nullable=False),
    Column("phone", String(500)),
    Column("language", String(2), nullable=False),
    Column("wishes", String(2000), nullable=False),
    CheckConstraint("language IN ('sv', 'en', 'da', 'no')", name="language"),
    comment="All that is known of a newcomer; deleted by the erasure (C9).",
)

steps = Table(
    "steps",
    metadata,
    Column("timeline_id", Uuid, ForeignKey("timelines.timeline_id", ondelete="CASCADE"), primary_key=True),
    Column("step", String(20), primary_key=True),
    Column("opens_at", MOMENT, nullable=False),
    Column("due_at", MOMENT, nullable=False),
    Column("state", String(20), nullable=False),
    Column("note", String(500), nullable=False),
    Column("message_key", String(200)),
    Column("sent_at", MOMENT),
    Column("asked_at", MOMENT),
    Column("concluded_at", MOMENT),
    UniqueConstraint("message_key"),
    CheckConstraint(f"step IN ({_STEPS})", name="step"),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint("opens_at < due_at", name="opens_before_due"),
    CheckConstraint("message_key IS NULL OR step IN ('contact', 'letter')", name="mails"),
    CheckConstraint(
        "(message_key IS NULL) = (sent_at IS NULL) AND (sent_at IS NULL) = (asked_at IS NULL)", name="sent"
    ),
    CheckConstraint("state NOT IN ('sent', 'uncertain', 'failed') OR sent_at IS NOT NULL", name="was_sent"),
    CheckConstraint("state NOT IN ('waiting', 'missing') OR sent_at IS NULL", name="was_not_sent"),
    CheckConstraint("(state IN ('done', 'failed')) = (concluded_at IS NOT NULL)", name="concluded"),
    CheckConstraint("state NOT IN ('missing', 'failed') OR note <> ''", name="says_why"),
    comment="What is done for a newcomer, by when (C1–C9), and how far it has come.",
)
Index("steps_missing_idx", steps.c.step, postgresql_where=text("state = 'missing'"))
Index("steps_unanswered_idx", steps.c.asked_at, postgresql_where=text("state = 'sent'"))
Index("steps_open_idx", steps.c.due_at, postgresql_where=text("state <> 'done'"))
