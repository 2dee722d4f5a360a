"""Alembic's entry."""

from services.scheduler.adapters.tables import metadata
from shared.persistence.migrations import run

run(metadata)
