"""Alembic's entry."""

from services.onboarding.adapters.tables import metadata
from shared.persistence.migrations import run

run(metadata)
