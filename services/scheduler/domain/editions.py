"""The life of an edition, as a table."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class EditionState(StrEnum):
    """open: orders can join. frozen: its mails are decided. releasing: being handed to the sender.
    released: all handed over. completed: every mail has its outcome. parked: waits for a person."""

    OPEN = "open"
    FROZEN = "frozen"
    RELEASING = "releasing"
    RELEASED = "released"
    COMPLETED = "completed"
    PARKED = "parked"


class EditionInput(StrEnum):
    """freeze, release: its time has come. hand_over: the last batch left. settle: the last outcome came.
    miss: its time passed long ago. resume: a person says that it shall go after all."""

    FREEZE = "freeze"
    RELEASE = "release"
    HAND_OVER = "hand_over"
    SETTLE = "settle"
    MISS = "miss"
    RESUME = "resume"


S = EditionState
I = EditionInput  # noqa: E741  # short, so that the table can be read as one

_FROZEN_ONCE = "its recipients are decided already"
_HANDED_ONCE = "its mails are with the sender already"
_NOT_FROZEN = "its recipients are not decided yet"
_NOT_HANDED = "its mails are not with the sender yet"
_WAITS = "it waits for a person"
_OVER = "it is over"
_NOT_PARKED = "it is not parked"
_HALF = "part of it is with the sender: finishing beats leaving some without"

TRANSITIONS: Final[dict[tuple[EditionState, EditionInput], EditionState | str]] = {
    (S.OPEN, I.FREEZE): S.FROZEN,
    (S.OPEN, I.RELEASE): _NOT_FROZEN,
    (S.OPEN, I.HAND_OVER): _NOT_FROZEN,
    (S.OPEN, I.SETTLE): _NOT_FROZEN,
    (S.OPEN, I.MISS): S.PARKED,
    (S.OPEN, I.RESUME): _NOT_PARKED,
    (S.FROZEN, I.FREEZE): _FROZEN_ONCE,
    (S.FROZEN, I.RELEASE): S.RELEASING,
    (S.FROZEN, I.HAND_OVER): _NOT_HANDED,
    (S.FROZEN, I.SETTLE): _NOT_HANDED,
    (S.FROZEN, I.MISS): S.PARKED,
    (S.FROZEN, I.RESUME): _NOT_PARKED,
    (S.RELEASING, I.FREEZE): _FROZEN_ONCE,
    (S.RELEASING, I.RELEASE): _HANDED_ONCE,
    (S.RELEASING, I.HAND_OVER): S.RELEASED,
    (S.RELEASING, I.SETTLE): _NOT_HANDED,
    (S.RELEASING, I.MISS): _HALF,
    (S.RELEASING, I.RESUME): _NOT_PARKED,
    (S.RELEASED, I.FREEZE): _FROZEN_ONCE,
    (S.RELEASED, I.RELEASE): _HANDED_ONCE,
    (S.RELEASED, I.HAND_OVER): _HANDED_ONCE,
    (S.RELEASED, I.SETTLE): S.COMPLETED,
    (S.RELEASED, I.MISS): _HANDED_ONCE,
    (S.RELEASED, I.RESUME): _NOT_PARKED,
    (S.COMPLETED, I.FREEZE): _OVER,
    (S.COMPLETED, I.RELEASE): _OVER,
    (S.COMPLETED, I.HAND_OVER): _OVER,
    (S.COMPLETED, I.SETTLE): _OVER,
    (S.COMPLETED, I.MISS): _OVER,
    (S.COMPLETED, I.RESUME): _OVER,
    (S.PARKED, I.FREEZE): _WAITS,
    (S.PARKED, I.RELEASE): _WAITS,
    (S.PARKED, I.HAND_OVER): _WAITS,
    (S.PARKED, I.SETTLE): _WAITS,
    (S.PARKED, I.MISS): _WAITS,
    (S.PARKED, I.RESUME): S.OPEN,
}
"""Every (state, input): the next state, or why nothing happens.

A resumed edition is open and decided anew: people and assignments have moved on since it was missed.
"""


class EditionRefuses(Exception):
    """An edition does not take this input in its state. Says why."""


def after(state: EditionState, event: EditionInput) -> EditionState:
    """Return the next state; raise EditionRefuses if nothing happens."""
    outcome = TRANSITIONS[state, event]
    if isinstance(outcome, EditionState):
        return outcome
    raise EditionRefuses(outcome)


def is_missed(release_at: datetime, now: datetime, park_after: timedelta) -> bool:
    """Whether an edition not yet released is so late that a person must decide."""
    return now > release_at + park_after
