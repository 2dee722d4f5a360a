"""Versions of what the CRM tells: of several, the newest counts."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def newest(items: Iterable[T], key: Callable[[T], tuple[str, int]]) -> list[T]:
    """Return one item for each name, the one with the highest version, in the order of the names.

    ``key`` gives an item's name and version.
    """
    found: dict[str, T] = {}
    for item in items:
        name, version = key(item)
        if name not in found or key(found[name])[1] < version:
            found[name] = item
    return [found[name] for name in sorted(found)]
