"""The life of an edition, as a table."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class EditionState(StrEnum):
    """open: orders can join. frozen: its mails are decided. releasing: being handed to the sender.
    released: all handed over. completed: every mail has its outcome. parked: missed, waits for a person.
    held: paused before anything left. paused: paused when part of it was with the sender. stopped: called
    off for ever. dissolved: its Wednesday is closed and its orders are on another edition."""

    OPEN = "open"
    FROZEN = "frozen"
    RELEASING = "releasing"
    RELEASED = "released"
    COMPLETED = "completed"
    PARKED = "parked"
    HELD = "held"
    PAUSED = "paused"
    STOPPED = "stopped"
    DISSOLVED = "dissolved"


class EditionInput(StrEnum):
    """freeze, release: its time has come. hand_over: the last batch left. settle: the last outcome came.
    miss: its day passed. pause, resume, stop: a person says so. reopen: its Wednesday is closed, it
    moves to another. dissolve: its orders moved to an edition that was there already."""

    FREEZE = "freeze"
    RELEASE = "release"
    HAND_OVER = "hand_over"
    SETTLE = "settle"
    MISS = "miss"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    REOPEN = "reopen"
    DISSOLVE = "dissolve"


S = EditionState
I = EditionInput  # noqa: E741  # short, so that the table can be read as one

_FROZEN_ONCE = "its recipients are decided already"
_HANDED_ONCE = "its mails are with the sender already"
_NOT_FROZEN = "its recipients are not decided yet"
_NOTHING_TO_STOP = "its recipients are not decided yet, so nothing leaves; withdraw its orders instead"
_NOT_HANDED = "its mails are not with the sender yet"
_WAITS = "it waits for a person"
_PAUSED = "it is paused"
_STOPPED = "it was stopped"
_OVER = "it is over"
_NOT_WAITING = "it is neither parked nor paused"
_HALF = "part of it is with the sender: finishing beats leaving some without"
_IS_OPEN = "it is open already"
_REOPEN_FIRST = "it must be opened again first"
_DISSOLVED = "its orders are on another edition"

_ROWS: Final[dict[EditionState, tuple[EditionState | str, ...]]] = {
    # freeze, release, hand_over, settle, miss, pause, resume, stop, reopen, dissolve
    S.OPEN: (
        S.FROZEN, _NOT_FROZEN, _NOT_FROZEN, _NOT_FROZEN, S.PARKED,
        _NOTHING_TO_STOP, _NOT_WAITING, _NOTHING_TO_STOP, _IS_OPEN, S.DISSOLVED,
    ),
    S.FROZEN: (
        _FROZEN_ONCE, S.RELEASING, _NOT_HANDED, _NOT_HANDED, S.PARKED,
        S.HELD, _NOT_WAITING, S.STOPPED, S.OPEN, _REOPEN_FIRST,
    ),
    S.HELD: (
        _FROZEN_ONCE, _PAUSED, _NOT_HANDED, _NOT_HANDED, S.PARKED,
        _PAUSED, S.FROZEN, S.STOPPED, _WAITS, _WAITS,
    ),
    S.RELEASING: (
        _FROZEN_ONCE, _HANDED_ONCE, S.RELEASED, _NOT_HANDED, S.PAUSED,
        S.PAUSED, _NOT_WAITING, S.STOPPED, _HALF, _HALF,
    ),
    S.RELEASED: (
        _FROZEN_ONCE, _HANDED_ONCE, _HANDED_ONCE, S.COMPLETED, S.PAUSED,
        S.PAUSED, _NOT_WAITING, S.STOPPED, _HANDED_ONCE, _HANDED_ONCE,
    ),
    S.PAUSED: (
        _FROZEN_ONCE, _HANDED_ONCE, _PAUSED, _PAUSED, _PAUSED,
        _PAUSED, S.RELEASING, S.STOPPED, _HALF, _HALF,
    ),
    S.PARKED: (
        _WAITS, _WAITS, _WAITS, _WAITS, _WAITS,
        _WAITS, S.OPEN, S.STOPPED, _WAITS, _WAITS,
    ),
    S.COMPLETED: (_OVER,) * 10,
    S.STOPPED: (_STOPPED,) * 10,
    S.DISSOLVED: (_DISSOLVED,) * 10,
}  # fmt: skip

TRANSITIONS: Final[dict[tuple[EditionState, EditionInput], EditionState | str]] = {
    (state, event): outcome
    for state, row in _ROWS.items()
    for event, outcome in zip(EditionInput, row, strict=True)
}
"""Every (state, input): the next state, or why nothing happens.

What was paused goes on as it was decided, also what its day's end paused on its way. What was missed before,
also while it was held, is opened and decided anew when a person resumes it: people and assignments have moved
on since.
"""


class EditionRefuses(Exception):
    """An edition does not take this input in its state. Says why."""


def after(state: EditionState, event: EditionInput) -> EditionState:
    """Return the next state; raise EditionRefuses if nothing happens."""
    outcome = TRANSITIONS[state, event]
    if isinstance(outcome, EditionState):
        return outcome
    raise EditionRefuses(outcome)


def slept_through(release_at: datetime, now: datetime, undo: timedelta) -> bool:
    """Whether a release is so late that the undo window may have passed while nobody could use it."""
    return now > release_at + undo


def window(release_at: datetime, now: datetime, undo: timedelta) -> tuple[datetime, datetime]:
    """Return when the undo window opens and when the edition leaves: as planned, but never before the
    window has passed since ``now``, when its mails were decided or let go."""
    leaves = max(release_at, now + undo)
    return leaves - undo, leaves
