"""Tables of the copy of the register: who there is, where, holding what, and who must not be written to."""

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
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY


def add_register_tables(metadata: MetaData) -> None:
    """Add the tables of people, units, assignments and suppressions."""
    _add_profiles(metadata)
    _add_people(metadata)
    _add_units(metadata)
    _add_assignments(metadata)
    _add_told_names(metadata)


def _add_profiles(metadata: MetaData) -> None:
    Table(
        "profile",
        metadata,
        Column("profile_key", BigInteger, Identity(always=True), primary_key=True),
        Column("agreements", ARRAY(Text), nullable=False),
        Column("occupational_groups", ARRAY(Text), nullable=False),
        UniqueConstraint("agreements", "occupational_groups"),
        CheckConstraint("cardinality(agreements || occupational_groups) > 0", name="attributes"),
        comment="what people have in common (D5): those alike share one row",
    )


def _add_people(metadata: MetaData) -> None:
    Table(
        "mailbox",
        metadata,
        Column("mailbox_key", BigInteger, Identity(always=True), primary_key=True),
        Column("address_hash", LargeBinary, nullable=False, unique=True),
        Column("address", String, comment="NULL when nobody in the register has it any more (F3)"),
        CheckConstraint("octet_length(address_hash) = 32", name="hash"),
    )
    person = Table(
        "person",
        metadata,
        Column("person_key", BigInteger, Identity(always=True), primary_key=True),
        Column("person_id", String, nullable=False, unique=True),
        Column("version", BigInteger, nullable=False),
        Column("name", String, nullable=False, server_default=""),
        Column("mailbox_key", ForeignKey("mailbox.mailbox_key")),
        Column("email_status", String, nullable=False, server_default="missing"),
        Column("language", String, nullable=False, server_default="sv"),
        Column("erased", Boolean, nullable=False, server_default=false()),
        Column("profile_key", ForeignKey("profile.profile_key"), comment="NULL: no attributes"),
        CheckConstraint("email_status IN ('ok', 'missing', 'invalid')", name="email_status"),
        CheckConstraint("(email_status = 'ok') = (mailbox_key IS NOT NULL)", name="mailbox"),
        CheckConstraint(
            "NOT erased OR (name = '' AND email_status = 'missing' AND profile_key IS NULL)", name="erased"
        ),
    )
    Index("person_mailbox_idx", person.c.mailbox_key)
    Index("person_profile_idx", person.c.profile_key, postgresql_where=text("profile_key IS NOT NULL"))
    Table(
        "suppression",
        metadata,
        Column("mailbox_key", ForeignKey("mailbox.mailbox_key"), primary_key=True),
        Column("scope", String, primary_key=True),
        Column("reason", String, nullable=False, server_default=""),
        Column("lifted", Boolean, nullable=False, comment="kept, so that an older addition changes nothing"),
        Column("at", DateTime(timezone=True), nullable=False),
        CheckConstraint("scope IN ('organisation', 'address') OR scope LIKE 'unit:_%'", name="scope"),
    )


def _add_units(metadata: MetaData) -> None:
    unit = Table(
        "unit",
        metadata,
        Column("unit_key", BigInteger, Identity(always=True), primary_key=True),
        Column("unit_id", String, nullable=False, unique=True),
        Column("version", BigInteger, nullable=False),
        Column("name", String, nullable=False, server_default=""),
        Column("kind", String, nullable=False, server_default=""),
        Column("region", String, nullable=False, server_default=""),
        Column("parent_id", String),
        Column("closed", Boolean, nullable=False, server_default=false()),
    )
    Index("unit_region_idx", unit.c.region)
    Index("unit_parent_idx", unit.c.parent_id)
    Table(
        "assignment_type",
        metadata,
        Column("type_key", BigInteger, Identity(always=True), primary_key=True),
        Column("name", String, nullable=False, unique=True),
    )


def _add_told_names(metadata: MetaData) -> None:
    Table(
        "told_name",
        metadata,
        Column("what", String, primary_key=True),
        Column("name", Text, primary_key=True),
        CheckConstraint(
            "what IN ('assignment_types', 'agreements', 'occupational_groups')",
            name="what",
        ),
        comment="names of the register that the other services have been told of",
    )


def _add_assignments(metadata: MetaData) -> None:
    assignment = Table(
        "assignment",
        metadata,
        Column("assignment_key", BigInteger, Identity(always=True), primary_key=True),
        Column("assignment_id", String, nullable=False, unique=True),
        Column("version", BigInteger, nullable=False),
        Column("person_key", ForeignKey("person.person_key")),
        Column("unit_key", ForeignKey("unit.unit_key")),
        Column("type_key", ForeignKey("assignment_type.type_key")),
        Column("valid_from", Date, comment="first day, included"),
        Column("valid_to", Date, comment="last day, included"),
        Column("ended", Boolean, nullable=False, server_default=false()),
        CheckConstraint("ended OR num_nulls(person_key, unit_key, type_key) = 0", name="held"),
    )
    Index("assignment_person_idx", assignment.c.person_key)
    Index(
        "assignment_cell_idx",
        assignment.c.type_key,
        assignment.c.unit_key,
        postgresql_where=text("NOT ended"),
    )
