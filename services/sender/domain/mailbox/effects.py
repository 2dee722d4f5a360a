"""What a message in the mailbox does to the address it is about, as a table.

Only *hard* and *complaint* suppress, and soft when it goes on; and only when the message came back to, or
brings back, a return path that we made. A Message-ID proves nothing: it is the mail's number, which others
can guess. What is not proved is told by its class, and left to people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.sender.domain.mailbox.verdict import Kind, Severity, Verdict

SOFT_EDITIONS = 3
"""Editions in a row that come back before an address counts as dead."""


class Effect(StrEnum):
    """``failed``: the address is reported as dead. ``soft``: one more edition came back."""

    NONE = "none"
    SOFT = "soft"
    FAILED = "failed"


@dataclass(frozen=True)
class About:
    """The mail that a message is proved to be about. ``edition``: it is one of an edition's."""

    address: str
    edition: bool


def effect_of(verdict: Verdict, about: About | None) -> Effect:
    """Return what a message does."""
    if about is None:
        return Effect.NONE
    if verdict.kind is Kind.COMPLAINT:
        return Effect.FAILED
    if verdict.kind is not Kind.BOUNCE:
        return Effect.NONE
    soft = Effect.SOFT if about.edition else Effect.NONE
    if verdict.severity is Severity.HARD:
        return Effect.FAILED if _is_the_address(verdict, about) else soft
    return soft if verdict.severity is Severity.SOFT else Effect.NONE


def _is_the_address(verdict: Verdict, about: About) -> bool:
    """Where we wrote to is dead; an address behind it, to which it forwards, may be one of several."""
    return verdict.recipient is None or verdict.recipient == about.address


def goes_on_failing(came_back: Sequence[bool], editions: int = SOFT_EDITIONS) -> bool:
    """Whether so many editions in a row came back. ``came_back``: one for each edition, in their order."""
    run = 0
    for each in came_back:
        run = run + 1 if each else 0
        if run >= editions:
            return True
    return False
