"""Alembic's entry."""

from services.sender.adapters.tables import metadata
from shared.persistence.migrations import run

run(metadata)
