"""Alembic's entry."""

from services.intake.adapters.tables import metadata
from shared.persistence.migrations import run

run(metadata)
