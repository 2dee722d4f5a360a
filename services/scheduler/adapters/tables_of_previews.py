"""Tables of what is seen before a Wednesday and counted after it, beside the edition itself."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
)
from sqlalchemy.dialects.postgresql import JSONB


def add_preview_tables(metadata: MetaData) -> None:
    """Add the tables of previews, estimates and savings."""
    _add_previews(metadata)
    _add_order_figures(metadata)


def _add_previews(metadata: MetaData) -> None:
    preview = Table(
        "preview",
        metadata,
        Column("preview_no", BigInteger, Identity(always=True), primary_key=True),
        Column("edition_no", ForeignKey("edition.edition_no"), nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("made_by", String, nullable=False),
        Column("figures", JSONB, nullable=False, comment="no names, no addresses"),
    )
    Index("preview_edition_idx", preview.c.edition_no, preview.c.preview_no)
    Table(
        "preview_people",
        metadata,
        Column("edition_no", ForeignKey("edition.edition_no"), primary_key=True),
        Column("order_no", ForeignKey("orders.order_no"), primary_key=True),
        Column("people", LargeBinary, nullable=False, comment="of the newest preview: a bit for each person"),
    )


def _add_order_figures(metadata: MetaData) -> None:
    Table(
        "order_estimate",
        metadata,
        Column("order_no", ForeignKey("orders.order_no"), primary_key=True),
        Column("accepted_at", DateTime(timezone=True), nullable=False, comment="when it was first estimated"),
        Column("accepted", BigInteger, nullable=False, comment="recipients then"),
        Column("people", LargeBinary, comment="who they were, a bit for each; NULL when no longer needed"),
        Column("looked_at", DateTime(timezone=True), nullable=False),
        Column("recipients", BigInteger, nullable=False, comment="at the latest look"),
        Column("joined", BigInteger, nullable=False, server_default="0"),
        Column("gone", BigInteger, nullable=False, server_default="0"),
        Column("warned_at", DateTime(timezone=True)),
        CheckConstraint("looked_at >= accepted_at", name="looks"),
        CheckConstraint("recipients = accepted + joined - gone", name="movement"),
    )
    Table(
        "order_saving",
        metadata,
        Column("edition_no", ForeignKey("edition.edition_no"), primary_key=True),
        Column("order_no", ForeignKey("orders.order_no"), primary_key=True),
        Column("together", BigInteger, nullable=False, comment="people who got another section as well"),
        Column("saved", Numeric(14, 4), nullable=False, comment="its share of the mails spared (A6)"),
        CheckConstraint("saved BETWEEN 0 AND together", name="share"),
    )
