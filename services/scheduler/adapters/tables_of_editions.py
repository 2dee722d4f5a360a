"""Tables of editions, and what each came to."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, BIT, JSONB

from services.scheduler.adapters.tables_of_orders import moment, one_of
from services.scheduler.domain.deliveries import DeliveryState
from services.scheduler.domain.editions import EditionState
from services.scheduler.domain.exclusions import TAKEN_BACK, Reason


def add_edition_tables(metadata: MetaData) -> None:
    """Add the tables of editions, planned mails, exclusions and batches. Those of orders come before."""
    _add_editions(metadata)
    _add_contents(metadata)
    _add_plans(metadata)
    _add_exclusions(metadata)
    _add_hand_over(metadata)
    _add_delivery_progress(metadata)


def _add_editions(metadata: MetaData) -> None:
    edition = Table(
        "edition",
        metadata,
        Column("edition_no", BigInteger, Identity(always=True), primary_key=True),
        Column("edition_id", Uuid, nullable=False, unique=True),
        Column("wednesday", Date, nullable=False),
        Column("state", String, nullable=False),
        moment("freeze_at", nullable=False),
        moment("undo_at", nullable=False),
        moment("release_at", nullable=False),
        moment("frozen_at"),
        moment("releasing_at"),
        moment("released_at"),
        moment("completed_at"),
        moment("parked_at"),
        moment("paused_at"),
        moment("stopped_at"),
        Column("pairs", BigInteger, nullable=False, server_default="0", comment="(order, person) (A6)"),
        Column("mails", BigInteger, nullable=False, server_default="0"),
        Column("extra_no", ForeignKey("extra_edition.extra_no"), unique=True),
        Column("moved_from", Date, comment="the closed Wednesday that it was first meant for"),
        Column("sequence", Integer, nullable=False, server_default="0", comment="of its moments (RFC 5545)"),
        moment("changed_at"),
        *_rules_of_editions(),
    )
    Index(
        "edition_day_idx",
        edition.c.wednesday,
        unique=True,
        postgresql_where=text("state <> 'dissolved'"),
    )
    Index(
        "edition_due_idx",
        edition.c.state,
        edition.c.release_at,
        postgresql_where=text("state <> 'completed'"),
    )


def _rules_of_editions() -> list[CheckConstraint]:
    return [
        one_of("state", EditionState),
        CheckConstraint("(extract(isodow FROM wednesday) = 3) = (extra_no IS NULL)", name="wednesday"),
        CheckConstraint("freeze_at <= undo_at AND undo_at <= release_at", name="moments"),
        CheckConstraint("(state = 'open') <= (frozen_at IS NULL)", name="open"),
        CheckConstraint("(state = 'parked') = (parked_at IS NOT NULL)", name="parked"),
        CheckConstraint("(state IN ('held', 'paused')) = (paused_at IS NOT NULL)", name="paused"),
        CheckConstraint("(state = 'stopped') = (stopped_at IS NOT NULL)", name="stopped"),
        CheckConstraint("frozen_at <= undo_at", name="undo"),
        CheckConstraint("releasing_at >= release_at", name="early"),
        CheckConstraint("mails <= pairs", name="merged"),
    ]


def _add_contents(metadata: MetaData) -> None:
    Table(
        "edition_order",
        metadata,
        Column("edition_no", ForeignKey("edition.edition_no"), primary_key=True),
        Column("order_no", ForeignKey("orders.order_no"), primary_key=True),
        Column("position", Integer, comment="place in the edition's mails, from 1, given by the freeze"),
        Column("recipients", BigInteger, comment="people, given by the freeze"),
        Column(
            "carried_from",
            ForeignKey("edition.edition_no"),
            comment="the edition before, whose contact pressure it is: only the people moved from there",
        ),
        Column("weeks", Integer, nullable=False, server_default="0", comment="how often it was carried"),
        Column(
            "note", String, nullable=False, server_default="", comment="why on this edition, if not plain"
        ),
        moment("joined_at"),
        Column("taken_back", String, comment="why nobody gets it here after all"),
        UniqueConstraint("edition_no", "position"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("(weeks > 0) = (carried_from IS NOT NULL) AND weeks >= 0", name="carried"),
        one_of("taken_back", TAKEN_BACK),
        CheckConstraint("taken_back IS NULL OR carried_from IS NOT NULL", name="only_carried"),
    )
    Table(
        "edition_decision",
        metadata,
        Column("decision_no", BigInteger, Identity(always=True), primary_key=True),
        Column("edition_no", ForeignKey("edition.edition_no"), nullable=False),
        Column("decision", String, nullable=False),
        Column("by", String, nullable=False),
        Column("reason", String, nullable=False),
        moment("at", nullable=False),
    )


def _add_plans(metadata: MetaData) -> None:
    """What a freeze writes: up to a million rows, so without foreign keys; one statement writes them all."""
    Table(
        "edition_cell",
        metadata,
        Column("edition_no", BigInteger),
        Column("cell_no", BigInteger),
        Column("assignment_type", String, nullable=False),
        Column("unit_name", String, nullable=False),
        Column("sections", BIT(varying=True), nullable=False, comment="a bit for each position"),
        PrimaryKeyConstraint("edition_no", "cell_no"),
    )
    Table(
        "planned_mail",
        metadata,
        Column("edition_no", BigInteger),
        Column("mailbox_key", BigInteger),
        Column("language", String, nullable=False),
        Column("state", String, nullable=False, server_default="planned"),
        moment("reported_at"),
        Column("reply", String, nullable=False, server_default=""),
        Column("persons", ARRAY(BigInteger), nullable=False, comment="for each entry, who"),
        Column("cells", ARRAY(BigInteger), nullable=False, comment="for each entry, the assignment's cell"),
        Column("refused", BIT(varying=True), comment="positions that the address has opted out of"),
        PrimaryKeyConstraint("edition_no", "mailbox_key"),
        one_of("state", DeliveryState),
        CheckConstraint(
            "cardinality(persons) = cardinality(cells)",
            name="entries",
        ),
        CheckConstraint("cardinality(persons) > 0 OR state = 'suppressed'", name="readers"),
        postgresql_with={"fillfactor": 85},
    )


def _add_exclusions(metadata: MetaData) -> None:
    Table(
        "exclusion",
        metadata,
        Column("edition_no", BigInteger),
        Column("order_no", BigInteger),
        Column("person_key", BigInteger),
        Column("reason", String, nullable=False),
        Column("after_freeze", Boolean, nullable=False, server_default=false()),
        PrimaryKeyConstraint("edition_no", "order_no", "person_key"),
        one_of("reason", Reason),
    )
    Table(
        "exclusion_count",
        metadata,
        Column("edition_no", ForeignKey("edition.edition_no"), primary_key=True),
        Column("order_no", ForeignKey("orders.order_no"), primary_key=True),
        Column("reason", String, primary_key=True),
        Column("people", BigInteger, nullable=False, comment="left out in all"),
        Column("later", BigInteger, nullable=False, server_default="0", comment="of them after the freeze"),
        CheckConstraint("later BETWEEN 0 AND people", name="later"),
    )
    Table(
        "missing_address",
        metadata,
        Column("edition_no", BigInteger),
        Column("person_key", BigInteger),
        PrimaryKeyConstraint("edition_no", "person_key"),
        comment="who was reported to the CRM (D3): once an edition and person, however often it is frozen",
    )


def _add_hand_over(metadata: MetaData) -> None:
    batch = Table(
        "batch",
        metadata,
        Column("edition_no", ForeignKey("edition.edition_no"), primary_key=True),
        Column("batch_no", Integer, primary_key=True),
        Column("first_mailbox", BigInteger, nullable=False),
        Column("last_mailbox", BigInteger, nullable=False),
        Column("mails", Integer, nullable=False),
        moment("handed_at"),
        moment("recorded_at"),
        CheckConstraint("first_mailbox <= last_mailbox AND mails BETWEEN 0 AND 250", name="size"),
    )
    Index(
        "batch_open_idx",
        batch.c.edition_no,
        batch.c.handed_at,
        postgresql_where=text("recorded_at IS NULL"),
    )
    Table(
        "tally",
        metadata,
        Column("edition_no", ForeignKey("edition.edition_no"), primary_key=True),
        Column("state", String, primary_key=True),
        Column("mails", BigInteger, nullable=False),
        moment("changed_at", nullable=False),
        one_of("state", DeliveryState),
    )


def _add_delivery_progress(metadata: MetaData) -> None:
    Table(
        "delivery_progress",
        metadata,
        Column("edition_no", ForeignKey("edition.edition_no"), primary_key=True),
        moment("at", nullable=False),
        Column("figures", JSONB, nullable=False),
    )
