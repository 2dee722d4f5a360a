"""Patterns as lists of what people and programs write, one alternative in a line."""

import re


def any_of(*alternatives: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """Return the pattern of any alternative, capitals or not. ``^`` and ``$`` mean lines."""
    return re.compile(f"{before}({'|'.join(alternatives)}){after}", re.IGNORECASE | re.MULTILINE)
