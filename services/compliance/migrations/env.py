"""Alembic's entry."""

from services.compliance.adapters.tables import metadata
from shared.persistence.migrations import run

run(metadata)
