"""The sender's tables. What is to be sent (``mail``) never changes; what became of it (``delivery``) does.

The two are apart so that a change of state rewrites eighty bytes and not the mail.
"""

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
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.sender.adapters.tables_of_mailbox import add_mailbox_tables
from services.sender.adapters.tables_of_routes import add_route_tables
from services.sender.adapters.tables_of_texts import add_text_tables
from services.sender.domain.flow import Flow
from services.sender.domain.states import State
from shared.messaging.tables import add_messaging_tables
from shared.persistence.database import new_metadata

metadata = new_metadata()
add_messaging_tables(metadata, "sender")

_FLOWS = ", ".join(f"'{flow}'" for flow in Flow)
_STATES = ", ".join(f"'{state}'" for state in State)
_MOMENT = DateTime(timezone=True)

edition = Table(
    "edition",
    metadata,
    Column("edition_id", Uuid, primary_key=True),
    Column("wednesday", Date),
    Column("sections", JSONB(none_as_null=True)),
    Column("mails", Integer),
    Column("batches", Integer),
    Column("prepared_at", _MOMENT),
    Column("flow", String(7), nullable=False, server_default=text("'running'")),
    Column("flow_sequence", BigInteger, nullable=False, server_default=text("0")),
    Column("flow_reason", String(500), nullable=False, server_default=text("''")),
    Column("forgotten_at", _MOMENT),
    CheckConstraint(f"flow IN ({_FLOWS})", name="flow"),
    CheckConstraint("(flow = 'running') <= (flow_reason = '')", name="flow_reason"),
    Index("edition_flow_idx", "edition_id", postgresql_where=text("flow <> 'running'")),
    CheckConstraint(
        "prepared_at IS NULL OR (wednesday IS NOT NULL AND sections IS NOT NULL AND mails IS NOT NULL "
        "AND batches IS NOT NULL)",
        name="prepared",
    ),
)
"""A row without ``prepared_at`` stands for an edition of which a batch came first: its mails wait."""

mail = Table(
    "mail",
    metadata,
    Column("mail_id", Uuid, primary_key=True),
    Column("edition_id", Uuid, ForeignKey(edition.c.edition_id)),
    Column("key", String(200), unique=True),
    Column("purpose", String(61)),
    Column("address", Text, nullable=False),
    Column("address_hash", LargeBinary, nullable=False),
    Column("language", String(2), nullable=False),
    Column("readers", JSONB(none_as_null=True)),
    Column("letter", JSONB(none_as_null=True)),
    Column("person_ids", ARRAY(String)),
    Column("recorded_at", _MOMENT, nullable=False),
    UniqueConstraint("edition_id", "address"),
    Index(
        "mail_letters_idx",
        "recorded_at",
        postgresql_where=text("key IS NOT NULL AND address NOT LIKE '%@erased.invalid'"),
    ),
    Index(
        "mail_persons_idx",
        "person_ids",
        postgresql_using="gin",
        postgresql_where=text("person_ids IS NOT NULL"),
    ),
    CheckConstraint("octet_length(address_hash) = 32", name="address_hash"),
    CheckConstraint("address !~ '[A-Z]'", name="address_normalized"),
    CheckConstraint(
        "CASE WHEN edition_id IS NULL THEN key IS NOT NULL AND purpose IS NOT NULL AND letter IS NOT NULL "
        "AND readers IS NULL ELSE key IS NULL AND purpose IS NULL AND letter IS NULL "
        "AND readers IS NOT NULL END",
        name="edition_or_letter",
    ),
)
"""The ledger: one mail to an address in an edition (A6), or a one-to-one mail once per key.

It changes once: when it has served its purpose, or its people are erased, address, names and words go
(``forgetting``). ``person_ids``: whom a one-to-one mail is to or about."""

delivery = Table(
    "delivery",
    metadata,
    Column("mail_id", Uuid, ForeignKey(mail.c.mail_id, ondelete="CASCADE"), primary_key=True),
    Column("edition_id", Uuid),
    Column("due_at", _MOMENT),
    Column("lease_token", BigInteger),
    Column("deferred_since", _MOMENT),
    Column("updated_at", _MOMENT, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("uncertainties", SmallInteger, nullable=False, server_default=text("0")),
    Column("deferrals", SmallInteger, nullable=False, server_default=text("0")),
    Column("state", String(10), nullable=False),
    Column("reply", String(500), nullable=False, server_default=text("''")),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint("(state IN ('planned', 'deferred')) = (due_at IS NOT NULL)", name="due"),
    CheckConstraint("state NOT IN ('claimed', 'submitting') OR lease_token IS NOT NULL", name="held"),
    CheckConstraint(
        "lease_token IS NULL OR state IN ('claimed', 'submitting', 'uncertain')", name="not_held"
    ),
    CheckConstraint("attempts >= 0 AND uncertainties >= 0", name="counts"),
    Index(
        "delivery_edition_due_idx",
        "edition_id",
        "due_at",
        postgresql_where=text("due_at IS NOT NULL AND edition_id IS NOT NULL"),
    ),
    Index(
        "delivery_letter_due_idx",
        "due_at",
        postgresql_where=text("due_at IS NOT NULL AND edition_id IS NULL"),
    ),
    Index("delivery_held_idx", "lease_token", postgresql_where=text("state IN ('claimed', 'submitting')")),
    Index("delivery_uncertain_idx", "mail_id", postgresql_where=text("state = 'uncertain'")),
    Index("delivery_progress_idx", "edition_id", "state", "mail_id"),
    postgresql_with={"fillfactor": "70"},
)
"""``due_at``: the database's time from which a mail may go; ``infinity`` until its edition is prepared.
``deferred_since``: when it was first answered 4xx. ``deferrals``: how often; broken connections
count as ``attempts`` only."""

lease = Table(
    "lease",
    metadata,
    Column("token", BigInteger, Identity(always=True), primary_key=True),
    Column("worker", String(200), nullable=False),
    Column("until", _MOMENT, nullable=False),
    postgresql_with={"fillfactor": "50"},
)
"""One row for each living process: its token fences what it holds."""

suppression = Table(
    "suppression",
    metadata,
    Column("address_hash", LargeBinary, primary_key=True),
    Column("scope", String(210), primary_key=True),
    Column("reason", String(20), nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("active", Boolean, nullable=False),
    CheckConstraint("octet_length(address_hash) = 32", name="address_hash"),
)
"""The copy of compliance's suppressions. A lifted one stays, inactive, so that late events change nothing."""

outcome = Table(
    "outcome",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("mail_id", Uuid, nullable=False),
    Column("edition_id", Uuid),
    Column("state", String(10), nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("reply", String(500), nullable=False),
    Column("dead", Boolean, nullable=False),
    Column("scopes", Text, nullable=False, server_default=text("''")),
    Column("noted_at", _MOMENT, nullable=False, server_default=func.now()),
    CheckConstraint("state IN ('accepted', 'deferred', 'failed', 'suppressed', 'uncertain')", name="state"),
)
"""Outcomes not yet reported: written by the statement that changes a state, deleted when reported."""

told_progress = Table(
    "told_progress",
    metadata,
    Column("edition_id", Uuid, ForeignKey(edition.c.edition_id, ondelete="CASCADE"), primary_key=True),
    Column("look_at", _MOMENT, nullable=False, server_default=func.now()),
    Column("told", String(200), nullable=False, server_default=text("''")),
    Column("ended", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("NOT ended OR told <> ''", name="ended"),
)
"""What was said of an edition's progress: ``told`` in short, and from when on to look again."""

mailbox_message, mailbox_words, soft_bounce, early_bounce = add_mailbox_tables(metadata)
"""What came back (``tables_of_mailbox``)."""

bucket, provider = add_route_tables(metadata)
"""How fast mail may go, and where it may not (``tables_of_routes``)."""
text_message, text_delivery, text_report = add_text_tables(metadata)
"""Text messages (``tables_of_texts``)."""
