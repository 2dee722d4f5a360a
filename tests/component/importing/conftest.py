"""A real scheduler for imports that ask one what it knows."""

from tests.component.scheduler.conftest import migrated_scheduler, planning, scheduler_database

__all__ = ["migrated_scheduler", "planning", "scheduler_database"]
