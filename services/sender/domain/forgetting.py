"""Whom a mail still concerns when people are erased (F2)."""

from collections.abc import Collection, Sequence
from typing import Any

Reader = Sequence[Any]
"""As it is kept: person, name, and the roles for each section."""

ERASED = "Mottagarens uppgifter är raderade."
"""What is said of a mail that is not sent for it: those who read it at the desk read Swedish."""


def others(readers: Sequence[Reader], erased: Collection[str]) -> tuple[Reader, ...]:
    """Return the readers who are not erased: a mail to a shared address goes on without the others."""
    return tuple(reader for reader in readers if reader[0] not in erased)
