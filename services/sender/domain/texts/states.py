"""The life of a text message, as a table: every (state, input) is a transition or has its reason.

A delivery report may come twice, late, before the gateway's own answer, or against an earlier one. What
reached the phone has reached it: ``delivered`` wins over everything, and a failure over "on its way". So
the same reports lead to the same state in any order.
"""

from enum import StrEnum

from services.sender.domain.states import Ignored


class State(StrEnum):
    """Where a text stands. ``accepted``: the gateway took it; ``delivered``: the phone did."""

    PLANNED = "planned"
    SUBMITTING = "submitting"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class Input(StrEnum):
    """What can happen to a text."""

    WAIT = "wait"
    """It is night where the recipient is (D7)."""
    STOP = "stop"
    """It may not go any more: stale, or one too many this month."""
    SUPPRESS = "suppress"
    """Its number wants none."""
    BEGIN = "begin"
    """A worker writes down that it is about to submit it."""
    UNSENT = "unsent"
    """It never left: the gateway cannot have it."""
    ACCEPT = "accept"
    DEFER = "defer"
    """The gateway said: later."""
    REFUSE = "refuse"
    LOSE = "lose"
    """Its worker is gone, or the answer never came."""
    RESEND = "resend"
    DROP = "drop"
    """The desk decided, or the organisation's setting did."""
    REPORT_SENT = "report-sent"
    """A report: on its way to the phone."""
    REPORT_DELIVERED = "report-delivered"
    REPORT_FAILED = "report-failed"


BEFORE = (Input.WAIT, Input.STOP, Input.SUPPRESS, Input.BEGIN)
ANSWERS = (Input.UNSENT, Input.ACCEPT, Input.DEFER, Input.REFUSE, Input.LOSE)
DECISIONS = (Input.RESEND, Input.DROP)

_NOT_BEGUN = Ignored("nothing was submitted")
_ON_ITS_WAY = Ignored("the gateway may already have it")
_NO_DOUBT = Ignored("nothing about it is uncertain")
_TAKEN = Ignored("the gateway has it")
_OVER = Ignored("it has its outcome")
_UNDECIDED = Ignored("somebody must first decide whether it is sent again")

S, I = State, Input  # noqa: E741  # the table below is read by column

_WAITING: dict[Input, State | Ignored] = {
    I.STOP: S.FAILED,
    I.SUPPRESS: S.SUPPRESSED,
    I.BEGIN: S.SUBMITTING,
    **dict.fromkeys(ANSWERS, _NOT_BEGUN),
    I.ACCEPT: S.ACCEPTED,
    **dict.fromkeys(DECISIONS, _NO_DOUBT),
    I.REPORT_SENT: S.ACCEPTED,
    I.REPORT_DELIVERED: S.DELIVERED,
    I.REPORT_FAILED: Ignored("it is sent again anyway"),
}
"""A yes or a report on a waiting text is about an attempt that was uncertain: it saves sending it twice."""

_ROWS: dict[State, dict[Input, State | Ignored]] = {
    S.PLANNED: {I.WAIT: S.PLANNED, **_WAITING},
    S.DEFERRED: {I.WAIT: S.DEFERRED, **_WAITING},
    S.SUBMITTING: {
        **dict.fromkeys(BEFORE, _ON_ITS_WAY),
        I.UNSENT: S.PLANNED,
        I.ACCEPT: S.ACCEPTED,
        I.DEFER: S.DEFERRED,
        I.REFUSE: S.FAILED,
        I.LOSE: S.UNCERTAIN,
        **dict.fromkeys(DECISIONS, _ON_ITS_WAY),
        I.REPORT_SENT: S.ACCEPTED,
        I.REPORT_DELIVERED: S.DELIVERED,
        I.REPORT_FAILED: S.FAILED,
    },
    S.UNCERTAIN: {
        **dict.fromkeys(BEFORE, _UNDECIDED),
        I.UNSENT: S.PLANNED,
        I.ACCEPT: S.ACCEPTED,
        I.DEFER: S.DEFERRED,
        I.REFUSE: S.FAILED,
        I.LOSE: Ignored("it is uncertain already"),
        I.RESEND: S.PLANNED,
        I.DROP: S.FAILED,
        I.REPORT_SENT: S.ACCEPTED,
        I.REPORT_DELIVERED: S.DELIVERED,
        I.REPORT_FAILED: S.FAILED,
    },
    S.ACCEPTED: {
        **dict.fromkeys((*BEFORE, *ANSWERS, I.REPORT_SENT), _TAKEN),
        **dict.fromkeys(DECISIONS, _NO_DOUBT),
        I.REPORT_DELIVERED: S.DELIVERED,
        I.REPORT_FAILED: S.FAILED,
    },
    S.DELIVERED: dict.fromkeys(Input, _OVER),
    S.FAILED: {**dict.fromkeys(Input, _OVER), I.REPORT_DELIVERED: S.DELIVERED},
    S.SUPPRESSED: {**dict.fromkeys(Input, _OVER), I.REPORT_DELIVERED: S.DELIVERED},
}

TRANSITIONS: dict[tuple[State, Input], State | Ignored] = {
    (state, given): after for state, row in _ROWS.items() for given, after in row.items()
}


def step(state: State, given: Input) -> State | Ignored:
    """Return where an input leads, or why it changes nothing."""
    return TRANSITIONS[state, given]
