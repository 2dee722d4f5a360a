"""The life of a step that is a mail, as a table: every (state, input) is a transition or ignored because.

The steps that people take (call, referral, training, follow-up) wait with their limits beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import get_args

from shared.contracts.onboarding import Step

STEPS: tuple[Step, ...] = get_args(Step)
"""The steps of a timeline, in their order."""


class State(StrEnum):
    """Where a step is. ``missing``: what it needs is not there; its note says what."""

    WAITING = "waiting"
    MISSING = "missing"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DONE = "done"
    FAILED = "failed"


class Input(StrEnum):
    """What can happen to a step. The last four are the sender's reports."""

    SEND = "send"
    MISS = "miss"
    ASK_AGAIN = "ask_again"
    ACCEPTED = "accepted"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Ignored:
    """The input changes nothing."""

    because: str


_NOT_SENT = Ignored("the sender has not been asked for this mail")
_SENT = Ignored("the sender has been asked, and its key allows one mail only")
_DOUBT = Ignored("the sender, or the desk, decides what becomes of an uncertain mail")
_DONE = Ignored("the mail has been accepted")
_FAILED = Ignored("the mail has failed for good")

TABLE: Mapping[State, Mapping[Input, State | Ignored]] = {
    State.WAITING: {
        Input.SEND: State.SENT,
        Input.MISS: State.MISSING,
        Input.ASK_AGAIN: _NOT_SENT,
        Input.ACCEPTED: _NOT_SENT,
        Input.UNCERTAIN: _NOT_SENT,
        Input.FAILED: _NOT_SENT,
        Input.SUPPRESSED: _NOT_SENT,
    },
    State.MISSING: {
        Input.SEND: State.SENT,
        Input.MISS: State.MISSING,  # for another reason, perhaps
        Input.ASK_AGAIN: _NOT_SENT,
        Input.ACCEPTED: _NOT_SENT,
        Input.UNCERTAIN: _NOT_SENT,
        Input.FAILED: _NOT_SENT,
        Input.SUPPRESSED: _NOT_SENT,
    },
    State.SENT: {
        Input.SEND: _SENT,
        Input.MISS: _SENT,
        Input.ASK_AGAIN: State.SENT,
        Input.ACCEPTED: State.DONE,
        Input.UNCERTAIN: State.UNCERTAIN,
        Input.FAILED: State.FAILED,
        Input.SUPPRESSED: State.FAILED,
    },
    State.UNCERTAIN: {
        Input.SEND: _SENT,
        Input.MISS: _SENT,
        Input.ASK_AGAIN: _DOUBT,
        Input.ACCEPTED: State.DONE,
        Input.UNCERTAIN: Ignored("the doubt has been noted already"),
        Input.FAILED: State.FAILED,
        Input.SUPPRESSED: State.FAILED,
    },
    State.DONE: {
        Input.SEND: _DONE,
        Input.MISS: _DONE,
        Input.ASK_AGAIN: _DONE,
        Input.ACCEPTED: Ignored("its acceptance has been noted already"),
        Input.UNCERTAIN: Ignored("a later report came first"),
        Input.FAILED: State.FAILED,  # it came back (the relay had only taken it)
        Input.SUPPRESSED: _DONE,
    },
    State.FAILED: {
        Input.SEND: _SENT,
        Input.MISS: _SENT,
        Input.ASK_AGAIN: _FAILED,
        Input.ACCEPTED: State.DONE,  # the relay has it after all: that is the truth
        Input.UNCERTAIN: Ignored("a later report came first"),
        Input.FAILED: Ignored("its failure has been noted already"),
        Input.SUPPRESSED: _FAILED,
    },
}


_OLDER = Ignored("a later report came first")


def step(state: State, given: Input) -> State | Ignored:
    """Return the state that follows, or why nothing does."""
    return TABLE[state][given]


def conclude(state: State, concluded_at: datetime | None, given: Input, at: datetime) -> State | Ignored:
    """Return the state that follows a report of the sender: what it said last holds, in whichever order.

    ``concluded_at``: the moment of the report that ended the step, None while none has.
    """
    if concluded_at is not None and at < concluded_at:
        return _OLDER
    return step(state, given)
