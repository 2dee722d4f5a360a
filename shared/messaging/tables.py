"""The two tables that every service has for the bus."""

from faststream_outbox import make_outbox_table
from sqlalchemy import Column, DateTime, Index, MetaData, String, Table, Uuid, func


def outbox_name(service: str) -> str:
    """Name of the outbox table; it carries the service because its LISTEN channel is the database's."""
    return f"{service}_outbox"


def add_messaging_tables(metadata: MetaData, service: str) -> None:
    """Add the inbox and the outbox of a service to its tables."""
    make_outbox_table(metadata, table_name=outbox_name(service))
    inbox = Table(
        "inbox",
        metadata,
        Column("queue", String(120), primary_key=True),
        Column("message_id", Uuid, primary_key=True),
        Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    Index("inbox_received_idx", inbox.c.received_at)
