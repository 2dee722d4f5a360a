"""Telling a database that is away from a statement that is wrong."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_AWAY = ("08", "40", "53", "57P")
"""Classes of SQLSTATE that say so: connection exception, rolled back in favour of another (a deadlock),
insufficient resources, operator intervention."""


def is_outage(problem: BaseException) -> bool:
    """Whether the same statement will work when the database is back: no fault of the one who asked."""
    if isinstance(problem, OSError | PoolTimeout | InterfaceError | OperationalError):
        return True
    if isinstance(problem, DBAPIError):
        state = str(getattr(problem.orig, "sqlstate", None) or "")
        return problem.connection_invalidated or state.startswith(_AWAY)
    return False
