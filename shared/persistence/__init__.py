"""PostgreSQL: one schema for each service, migrated with alembic."""
