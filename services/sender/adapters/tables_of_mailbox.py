"""Tables of what came back to the shared address. They hold no address and no words of anybody."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    MetaData,
    String,
    Table,
    Uuid,
)

from services.sender.domain.mailbox.verdict import Kind, Severity

_KINDS = ", ".join(f"'{kind}'" for kind in Kind)
_SEVERITIES = ", ".join(f"'{severity}'" for severity in Severity)


def add_mailbox_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Add the messages that were read, and the mails that came back softly."""
    return _messages(metadata), _soft_bounces(metadata)


def _messages(metadata: MetaData) -> Table:
    """One row for each message read: its key on the server (RFC 9051 §2.3.1.1) makes it happen once.

    ``mail_id``: the mail that it is about, as its return path proves, or as it says itself (``proved``).
    """
    return Table(
        "mailbox_message",
        metadata,
        Column("folder", String(200), primary_key=True),
        Column("uid_validity", BigInteger, primary_key=True),
        Column("uid", BigInteger, primary_key=True, autoincrement=False),
        Column("kind", String(12), nullable=False),
        Column("severity", String(8)),
        Column("code", String(12)),
        Column("says", String(200), nullable=False),
        Column("mail_id", Uuid),
        Column("proved", String(10), nullable=False),
        Column("effect", String(6), nullable=False),
        Column("read_at", DateTime(timezone=True), nullable=False),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint(f"severity IN ({_SEVERITIES})", name="severity"),
        CheckConstraint("(kind = 'bounce') = (severity IS NOT NULL)", name="severity_of_bounce"),
        CheckConstraint("proved IN ('path', 'claimed', 'nothing')", name="proved"),
        CheckConstraint("(proved = 'nothing') = (mail_id IS NULL)", name="mail"),
        CheckConstraint(
            "effect = 'none' OR (effect IN ('soft', 'failed') AND proved = 'path')", name="effect"
        ),
    )


def _soft_bounces(metadata: MetaData) -> Table:
    """Mails of editions that came back, not for good."""
    return Table(
        "soft_bounce",
        metadata,
        Column("mail_id", Uuid, ForeignKey("mail.mail_id", ondelete="CASCADE"), primary_key=True),
        Column("at", DateTime(timezone=True), nullable=False),
    )
