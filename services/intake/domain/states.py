"""The life of an order (DESIGN §3.2) as a table: every (state, input) is a transition or ignored because.

What people ask for follows the table strictly. What the scheduler reports is the truth, also when its
reports overtake each other: a freeze noted before the schedule still leads to ``locked``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where an order is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    LOCKED = "locked"
    SENDING = "sending"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


class Input(StrEnum):
    """What can happen to an order."""

    EDIT = "edit"
    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    WITHDRAW = "withdraw"
    SCHEDULE = "schedule"
    FREEZE = "freeze"
    RELEASE = "release"
    COMPLETE = "complete"
    STOP = "stop"


@dataclass(frozen=True)
class Ignored:
    """The input changes nothing."""

    because: str


KNOWN_TO_SCHEDULER = frozenset(
    {State.ACCEPTED, State.SCHEDULED, State.LOCKED, State.SENDING, State.SENT, State.STOPPED}
)
"""States of an order whose acceptance has been published."""

HAS_LEFT = frozenset({State.SENT, State.STOPPED})
"""States of an order of which it is known who got it, so that they can be written to again."""

ON_ITS_WAY = frozenset({State.SENDING, State.SENT, State.STOPPED})
"""States of an order whose Wednesday has come, so that none is told of any more."""

_NOT_SUBMITTED = Ignored("the order has not been submitted")
_IN_REVIEW = Ignored("the desk is looking at the order; it can be withdrawn, or returned by the desk")
_PROMISED = Ignored("the order has been accepted; withdraw it and place a new one to change it")
_ALREADY_ACCEPTED = Ignored("the order has been accepted already")
_DECIDED = Ignored("the recipients of its Wednesday are decided")
_LEAVING = Ignored("its mails are leaving")
_GONE = Ignored("its mails have left")
_REST = Ignored("its mails have left; the desk can take back what waits for a later Wednesday")
_WITHDRAWN = Ignored("the order has been withdrawn")
_NEVER_ACCEPTED = Ignored("the order was never accepted, so no Wednesday can hold it")
_OVERTAKEN = Ignored("a later report came first")
_STOPPED = Ignored("its Wednesday was stopped; a correction can be ordered to those who got it")

TABLE: Mapping[State, Mapping[Input, State | Ignored]] = {
    State.DRAFT: {
        Input.EDIT: State.DRAFT,
        Input.SUBMIT: State.SUBMITTED,
        Input.ACCEPT: _NOT_SUBMITTED,
        Input.RETURN: _NOT_SUBMITTED,
        Input.WITHDRAW: State.WITHDRAWN,
        Input.SCHEDULE: _NEVER_ACCEPTED,
        Input.FREEZE: _NEVER_ACCEPTED,
        Input.RELEASE: _NEVER_ACCEPTED,
        Input.COMPLETE: _NEVER_ACCEPTED,
        Input.STOP: _NEVER_ACCEPTED,
    },
    State.SUBMITTED: {
        Input.EDIT: _IN_REVIEW,
        Input.SUBMIT: Ignored("the order has been submitted already"),
        Input.ACCEPT: State.ACCEPTED,
        Input.RETURN: State.RETURNED,
        Input.WITHDRAW: State.WITHDRAWN,
        Input.SCHEDULE: _NEVER_ACCEPTED,
        Input.FREEZE: _NEVER_ACCEPTED,
        Input.RELEASE: _NEVER_ACCEPTED,
        Input.COMPLETE: _NEVER_ACCEPTED,
        Input.STOP: _NEVER_ACCEPTED,
    },
    State.RETURNED: {
        Input.EDIT: State.RETURNED,
        Input.SUBMIT: State.SUBMITTED,
        Input.ACCEPT: Ignored("the order has been returned; it is accepted when it is submitted again"),
        Input.RETURN: Ignored("the order has been returned already"),
        Input.WITHDRAW: State.WITHDRAWN,
        Input.SCHEDULE: _NEVER_ACCEPTED,
        Input.FREEZE: _NEVER_ACCEPTED,
        Input.RELEASE: _NEVER_ACCEPTED,
        Input.COMPLETE: _NEVER_ACCEPTED,
        Input.STOP: _NEVER_ACCEPTED,
    },
    State.ACCEPTED: {
        Input.EDIT: _PROMISED,
        Input.SUBMIT: _ALREADY_ACCEPTED,
        Input.ACCEPT: _ALREADY_ACCEPTED,
        Input.RETURN: _PROMISED,
        Input.WITHDRAW: State.WITHDRAWN,
        Input.SCHEDULE: State.SCHEDULED,
        Input.FREEZE: State.LOCKED,
        Input.RELEASE: State.SENDING,
        Input.COMPLETE: State.SENT,
        Input.STOP: State.STOPPED,
    },
    State.SCHEDULED: {
        Input.EDIT: _PROMISED,
        Input.SUBMIT: _ALREADY_ACCEPTED,
        Input.ACCEPT: _ALREADY_ACCEPTED,
        Input.RETURN: _PROMISED,
        Input.WITHDRAW: State.WITHDRAWN,
        Input.SCHEDULE: State.SCHEDULED,
        Input.FREEZE: State.LOCKED,
        Input.RELEASE: State.SENDING,
        Input.COMPLETE: State.SENT,
        Input.STOP: State.STOPPED,
    },
    State.LOCKED: {
        Input.EDIT: _DECIDED,
        Input.SUBMIT: _DECIDED,
        Input.ACCEPT: _DECIDED,
        Input.RETURN: _DECIDED,
        Input.WITHDRAW: State.WITHDRAWN,
        Input.SCHEDULE: _OVERTAKEN,
        Input.FREEZE: State.LOCKED,
        Input.RELEASE: State.SENDING,
        Input.COMPLETE: State.SENT,
        Input.STOP: State.STOPPED,
    },
    State.SENDING: {
        Input.EDIT: _LEAVING,
        Input.SUBMIT: _LEAVING,
        Input.ACCEPT: _LEAVING,
        Input.RETURN: _LEAVING,
        Input.WITHDRAW: _LEAVING,
        Input.SCHEDULE: _OVERTAKEN,
        Input.FREEZE: _OVERTAKEN,
        Input.RELEASE: Ignored("the release has been noted already"),
        Input.COMPLETE: State.SENT,
        Input.STOP: State.STOPPED,
    },
    State.SENT: {
        Input.EDIT: _GONE,
        Input.SUBMIT: _GONE,
        Input.ACCEPT: _GONE,
        Input.RETURN: _GONE,
        Input.WITHDRAW: _REST,
        Input.SCHEDULE: _OVERTAKEN,
        Input.FREEZE: _OVERTAKEN,
        Input.RELEASE: _OVERTAKEN,
        Input.COMPLETE: Ignored("the completion has been noted already"),
        Input.STOP: _OVERTAKEN,
    },
    State.WITHDRAWN: {
        Input.EDIT: _WITHDRAWN,
        Input.SUBMIT: _WITHDRAWN,
        Input.ACCEPT: _WITHDRAWN,
        Input.RETURN: _WITHDRAWN,
        Input.WITHDRAW: Ignored("the order has been withdrawn already"),
        Input.SCHEDULE: Ignored("the withdrawal is on its way to the scheduler"),
        Input.FREEZE: Ignored("the withdrawal is on its way to the scheduler"),
        # A withdrawal that came after the release was too late; what was handed over is the truth.
        Input.RELEASE: State.SENDING,
        Input.COMPLETE: State.SENT,
        Input.STOP: _WITHDRAWN,
    },
    State.STOPPED: {
        Input.EDIT: _STOPPED,
        Input.SUBMIT: _STOPPED,
        Input.ACCEPT: _STOPPED,
        Input.RETURN: _STOPPED,
        Input.WITHDRAW: _STOPPED,
        Input.SCHEDULE: _OVERTAKEN,
        Input.FREEZE: _OVERTAKEN,
        Input.RELEASE: _OVERTAKEN,
        Input.COMPLETE: _OVERTAKEN,
        Input.STOP: Ignored("the stop has been noted already"),
    },
}


def step(state: State, given: Input) -> State | Ignored:
    """Return the state that follows, or why nothing does."""
    return TABLE[state][given]
