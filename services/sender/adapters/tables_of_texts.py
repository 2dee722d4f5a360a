"""Tables of text messages (D7): the ledger of texts, and what gateways reported."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.sender.domain.texts.reports import Said
from services.sender.domain.texts.sending import Reason
from services.sender.domain.texts.states import State
from shared.web.idempotency import add_idempotency_table

_STATES = ", ".join(f"'{state}'" for state in State)
_REASONS = ", ".join(f"'{reason}'" for reason in Reason)
_SAID = ", ".join(f"'{said}'" for said in Said)
_MOMENT = DateTime(timezone=True)


def add_text_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Add the texts, what became of them, the reports, the orders taken back, and answers to who asks."""
    _withdrawn(metadata)
    add_idempotency_table(metadata)
    return _texts(metadata), _deliveries(metadata), _reports(metadata)


def _texts(metadata: MetaData) -> Table:
    """One text to a number for an order, or a one-to-one text once per key; it changes when it is forgotten.

    ``phone`` is E.164, and as it was written for a number that is none. ``asked_by``: who of our own asked
    for it.
    """
    return Table(
        "text_message",
        metadata,
        Column("text_id", Uuid, primary_key=True),
        Column("order_id", Uuid),
        Column("key", String(200), unique=True),
        Column("purpose", String(61)),
        Column("unit_id", String(200)),
        Column("order_class", String(11)),
        Column("phone", String(60), nullable=False),
        Column("phone_hash", LargeBinary, nullable=False),
        Column("country", String(3), nullable=False),
        Column("zones", ARRAY(String), nullable=False),
        Column("words", Text, nullable=False),
        Column("parts", SmallInteger, nullable=False),
        Column("person_ids", ARRAY(String), nullable=False),
        Column("asked_by", String(320)),
        Column("recorded_at", _MOMENT, nullable=False),
        Column("valid_until", _MOMENT, nullable=False),
        UniqueConstraint("order_id", "phone"),
        CheckConstraint("octet_length(phone_hash) = 32", name="phone_hash"),
        CheckConstraint("parts > 0", name="parts"),
        CheckConstraint("order_class IN ('duty', 'information', 'appeal')", name="order_class"),
        CheckConstraint(
            "(order_id IS NULL) = (key IS NOT NULL) AND (key IS NULL) = (purpose IS NULL) "
            "AND (order_id IS NULL) = (unit_id IS NULL) AND (order_id IS NULL) = (order_class IS NULL)",
            name="order_or_one",
        ),
        Index("text_message_phone_idx", "phone_hash"),
        Index("text_message_kept_idx", "recorded_at", postgresql_where=text("phone NOT LIKE 'erased:%'")),
        Index("text_message_persons_idx", "person_ids", postgresql_using="gin"),
    )


def _withdrawn(metadata: MetaData) -> Table:
    """Orders that were taken back, also before their texts came: none of their texts begins any more."""
    return Table(
        "withdrawn_order",
        metadata,
        Column("order_id", Uuid, primary_key=True),
        Column("at", _MOMENT, nullable=False),
    )


def _deliveries(metadata: MetaData) -> Table:
    """``due_at`` is the database's time (retries), ``not_before`` the clock's (quiet hours).

    ``lease`` fences the worker that submits it until ``held_until``. ``cost`` is what the gateway charged,
    ``expected`` how many parts it reports on.
    """
    return Table(
        "text_delivery",
        metadata,
        Column("text_id", Uuid, ForeignKey("text_message.text_id", ondelete="CASCADE"), primary_key=True),
        Column("state", String(10), nullable=False),
        Column("reason", String(12), nullable=False, server_default=text("''")),
        Column("reply", String(500), nullable=False, server_default=text("''")),
        Column("due_at", _MOMENT),
        Column("not_before", _MOMENT, nullable=False),
        Column("lease", Uuid),
        Column("held_until", _MOMENT),
        Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
        Column("begun_at", _MOMENT),
        Column("updated_at", _MOMENT, nullable=False),
        Column("cost", Numeric(10, 4)),
        Column("expected", SmallInteger, nullable=False, server_default=text("1")),
        Column("unreported", Boolean, nullable=False),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint(f"reason IN ({_REASONS})", name="reason"),
        CheckConstraint(
            "(state IN ('failed', 'suppressed', 'uncertain')) = (reason <> '')", name="count_the_not_done"
        ),
        CheckConstraint("attempts >= 0 AND expected > 0", name="counts"),
        CheckConstraint("(state IN ('planned', 'deferred')) = (due_at IS NOT NULL)", name="due"),
        CheckConstraint("(state = 'submitting') = (held_until IS NOT NULL)", name="held"),
        CheckConstraint("state <> 'submitting' OR lease IS NOT NULL", name="fenced"),
        Index("text_delivery_due_idx", "not_before", postgresql_where=text("due_at IS NOT NULL")),
        Index("text_delivery_held_idx", "held_until", postgresql_where=text("held_until IS NOT NULL")),
        Index("text_delivery_uncertain_idx", "text_id", postgresql_where=text("state = 'uncertain'")),
        Index("text_delivery_unreported_idx", "updated_at", postgresql_where=text("unreported")),
    )


def _reports(metadata: MetaData) -> Table:
    """What was reported on each part, by the gateway's name for it. ``attempt``: of which one, from 1.

    A row without ``said`` is a part not yet reported on; one without ``text_id`` is a report that came before
    the gateway's answer, or about a text that is none of ours: forgotten after a while.
    """
    return Table(
        "text_report",
        metadata,
        Column("reference", String(200), primary_key=True),
        Column("text_id", Uuid, ForeignKey("text_message.text_id", ondelete="CASCADE")),
        Column("attempt", SmallInteger),
        Column("said", String(9)),
        Column("detail", String(200), nullable=False, server_default=text("''")),
        Column("noted_at", _MOMENT, nullable=False, server_default=func.now()),
        CheckConstraint(f"said IN ({_SAID})", name="said"),
        CheckConstraint("text_id IS NOT NULL OR said IS NOT NULL", name="about_something"),
        Index("text_report_text_idx", "text_id"),
        Index("text_report_unknown_idx", "noted_at", postgresql_where=text("text_id IS NULL")),
    )
