"""Identifiers: UUIDs of version 7 (RFC 9562), which sort by the time they were made."""

from uuid import UUID

import uuid6


def new_id() -> UUID:
    """Return a new UUIDv7."""
    return UUID(bytes=uuid6.uuid7().bytes)
