"""Tables of what came back to the shared address."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.sender.domain.mailbox.effects import SURE, Effect, Proof
from services.sender.domain.mailbox.verdict import Kind, Severity

_MOMENT = DateTime(timezone=True)


def _one_of(column: str, values: type[Kind | Severity | Proof | Effect]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def add_mailbox_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table]:
    """Add the messages that were received, their words, and the mails that came back softly or too early."""
    _copies(metadata)
    _folders(metadata)
    return _messages(metadata), _words(metadata), _soft_bounces(metadata), _early_bounces(metadata)


def _messages(metadata: MetaData) -> Table:
    """One row for each message received, which holds no address and no words of anybody.

    Its keys make it happen once: the digest of what its writer gave it; of one that was read also folder,
    UIDVALIDITY and UID (RFC 9051 §2.3.1.1). ``mail_id``: the mail it is about (``proved`` says how surely).
    """
    return Table(
        "mailbox_message",
        metadata,
        Column("message_id", Uuid, primary_key=True),
        Column("folder", String(200)),
        Column("uid_validity", BigInteger),
        Column("uid", BigInteger),
        Column("digest", LargeBinary, unique=True),
        Column("kind", String(12), nullable=False),
        Column("severity", String(8)),
        Column("code", String(12)),
        Column("says", String(200), nullable=False),
        Column("mail_id", Uuid),
        Column("proved", String(10), nullable=False),
        Column("effect", String(12), nullable=False),
        Column("read_at", _MOMENT, nullable=False),
        Column("handled_at", _MOMENT),
        Column("handled_by", String(320)),
        UniqueConstraint("folder", "uid_validity", "uid"),
        *_checks_of_messages(),
        Index("mailbox_message_open_idx", "kind", "message_id", postgresql_where=text("handled_at IS NULL")),
        Index("mailbox_message_mail_idx", "mail_id", postgresql_where=text("mail_id IS NOT NULL")),
    )


def _copies(metadata: MetaData) -> Table:
    """Where a message that is noted lies as well: it came twice, or the server gave it another number."""
    return Table(
        "mailbox_copy",
        metadata,
        Column("folder", String(200), primary_key=True),
        Column("uid_validity", BigInteger, primary_key=True),
        Column("uid", BigInteger, primary_key=True),
        Column(
            "message_id", Uuid, ForeignKey("mailbox_message.message_id", ondelete="CASCADE"), nullable=False
        ),
    )


def _folders(metadata: MetaData) -> Table:
    """From when on the messages of a folder are read: what was there before is people's."""
    return Table(
        "mailbox_folder",
        metadata,
        Column("folder", String(200), primary_key=True),
        Column("since", Date, nullable=False),
    )


def _checks_of_messages() -> tuple[CheckConstraint, ...]:
    sure = ", ".join(f"'{proof}'" for proof in sorted(SURE))
    return (
        CheckConstraint(
            "num_nulls(folder, uid_validity, uid) IN (0, 3) AND num_nulls(folder, digest) < 2 "
            "AND octet_length(digest) = 32",
            name="key",
        ),
        _one_of("kind", Kind),
        _one_of("severity", Severity),
        CheckConstraint("(kind = 'bounce') = (severity IS NOT NULL)", name="severity_of_bounce"),
        _one_of("proved", Proof),
        CheckConstraint("(proved = 'nothing') = (mail_id IS NULL)", name="mail"),
        _one_of("effect", Effect),
        CheckConstraint(
            "effect NOT IN ('failed', 'soft', 'came-back', 'complained') OR proved = 'path'",
            name="about_mail",
        ),
        CheckConstraint(
            f"effect <> 'opted-out' OR proved IN ({sure}) OR handled_by IS NOT NULL", name="opted_out"
        ),
        CheckConstraint("(handled_at IS NULL) = (handled_by IS NULL)", name="handled"),
    )


def _words(metadata: MetaData) -> Table:
    """What a message says, for as long as people need it (F5): then the row goes, the message's stays.

    ``content``: the message itself, where nobody else keeps it. ``person_ids``: whom the mail concerned that
    it is about: they stand here because the mail may be forgotten sooner.
    """
    return Table(
        "mailbox_words",
        metadata,
        Column(
            "message_id", Uuid, ForeignKey("mailbox_message.message_id", ondelete="CASCADE"), primary_key=True
        ),
        Column("writer", String(320), nullable=False),
        Column("name", String(300), nullable=False),
        Column("subject", String(300), nullable=False),
        Column("words", Text, nullable=False),
        Column("attachments", JSONB, nullable=False),
        Column("evidence", JSONB, nullable=False),
        Column("content", LargeBinary),
        Column("person_ids", ARRAY(String), nullable=False, server_default=text("'{}'")),
        Index("mailbox_words_persons_idx", "person_ids", postgresql_using="gin"),
        Index("mailbox_words_writer_idx", "writer"),
    )


def _soft_bounces(metadata: MetaData) -> Table:
    """Mails of editions that came back, not for good."""
    return Table(
        "soft_bounce",
        metadata,
        Column("mail_id", Uuid, ForeignKey("mail.mail_id", ondelete="CASCADE"), primary_key=True),
        Column("at", DateTime(timezone=True), nullable=False),
    )


def _early_bounces(metadata: MetaData) -> Table:
    """Notices that were read while the relay's answer to the same mail was still open."""
    return Table(
        "early_bounce",
        metadata,
        Column("mail_id", Uuid, ForeignKey("mail.mail_id", ondelete="CASCADE"), primary_key=True),
        Column("reply", String(500), nullable=False),
        Column("at", _MOMENT, nullable=False),
    )
