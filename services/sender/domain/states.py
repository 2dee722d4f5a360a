"""The life of a mail in the ledger, as a table: every (state, input) is a transition or has its reason."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a mail stands. ``accepted``: the relay took responsibility (RFC 5321 §4.2.5)."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SUBMITTING = "submitting"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNCERTAIN = "uncertain"
    BOUNCED = "bounced"
    """The relay had taken it, and it came back."""


class Input(StrEnum):
    """What can happen to a mail."""

    LEASE = "lease"
    """A worker takes it."""
    RELEASE = "release"
    """Its worker gives it back without having begun."""
    BEGIN = "begin"
    """Its worker writes down that it is about to submit it."""
    UNSENT = "unsent"
    """The connection broke before the end of the data: the relay cannot have it."""
    ACCEPT = "accept"
    """The relay answered 2xx to the end of the data."""
    DEFER = "defer"
    """The relay answered 4xx: later."""
    REFUSE = "refuse"
    """The relay answered 5xx, or 4xx for four days, or the mail cannot be written."""
    SUPPRESS = "suppress"
    """Nothing of it may be sent to its address any more (F1)."""
    LOSE = "lose"
    """Its worker is gone, or the answer to the end of the data never came."""
    RESEND = "resend"
    """It is to be sent again, as the organisation chose or the desk decided."""
    DROP = "drop"
    """The desk decided not to send it again."""
    HOLD = "hold"
    """Its edition is paused: its worker loses it, unless it has begun."""
    STOP = "stop"
    """Its edition is stopped, and it was surely not sent."""
    STOP_IN_DOUBT = "stop_in_doubt"
    """Its edition is stopped while it waits to be sent again: the relay may have it from the first time."""
    BOUNCE = "bounce"
    """A failure notice came back to its own return path."""


@dataclass(frozen=True)
class Ignored:
    """Why an input changes nothing in a state."""

    because: str


_NOT_LEASED = Ignored("no worker holds the mail")
_LEASED = Ignored("a worker holds the mail")
_OVER = Ignored("the mail has its outcome")
_NOT_BEGUN = Ignored("nothing was submitted yet")
_ON_ITS_WAY = Ignored("the relay may already have it")
_NO_DOUBT = Ignored("nothing is uncertain")
_OPEN = Ignored("its outcome is uncertain, and nothing of it is being sent")
_TO_BE_SENT = Ignored("the mail is sent, or sent again; what becomes of that counts")
_ANSWER_FIRST = Ignored("the relay's answer comes first; the notice is kept until it has")

FINAL = (State.ACCEPTED, State.FAILED, State.SUPPRESSED, State.BOUNCED)
"""A mail has its outcome. Only ``accepted`` can still turn out otherwise."""

S, I = State, Input  # noqa: E741  # the table below is read by column

TRANSITIONS: dict[tuple[State, Input], State | Ignored] = {
    (S.PLANNED, I.LEASE): S.CLAIMED,
    (S.PLANNED, I.RELEASE): _NOT_LEASED,
    (S.PLANNED, I.BEGIN): _NOT_LEASED,
    (S.PLANNED, I.UNSENT): _NOT_LEASED,
    (S.PLANNED, I.ACCEPT): _NOT_LEASED,
    (S.PLANNED, I.DEFER): _NOT_LEASED,
    (S.PLANNED, I.REFUSE): _NOT_LEASED,
    (S.PLANNED, I.SUPPRESS): _NOT_LEASED,
    (S.PLANNED, I.LOSE): _NOT_LEASED,
    (S.PLANNED, I.RESEND): _NO_DOUBT,
    (S.PLANNED, I.DROP): _NO_DOUBT,
    (S.PLANNED, I.BOUNCE): _TO_BE_SENT,
    (S.CLAIMED, I.LEASE): _LEASED,
    (S.CLAIMED, I.RELEASE): S.PLANNED,
    (S.CLAIMED, I.BEGIN): S.SUBMITTING,
    (S.CLAIMED, I.UNSENT): _NOT_BEGUN,
    (S.CLAIMED, I.ACCEPT): _NOT_BEGUN,
    (S.CLAIMED, I.DEFER): _NOT_BEGUN,
    (S.CLAIMED, I.REFUSE): S.FAILED,
    (S.CLAIMED, I.SUPPRESS): S.SUPPRESSED,
    (S.CLAIMED, I.LOSE): S.PLANNED,
    (S.CLAIMED, I.RESEND): _NO_DOUBT,
    (S.CLAIMED, I.DROP): _NO_DOUBT,
    (S.CLAIMED, I.BOUNCE): _TO_BE_SENT,
    (S.SUBMITTING, I.LEASE): _LEASED,
    (S.SUBMITTING, I.RELEASE): _ON_ITS_WAY,
    (S.SUBMITTING, I.BEGIN): _ON_ITS_WAY,
    (S.SUBMITTING, I.UNSENT): S.PLANNED,
    (S.SUBMITTING, I.ACCEPT): S.ACCEPTED,
    (S.SUBMITTING, I.DEFER): S.DEFERRED,
    (S.SUBMITTING, I.REFUSE): S.FAILED,
    (S.SUBMITTING, I.SUPPRESS): _ON_ITS_WAY,
    (S.SUBMITTING, I.LOSE): S.UNCERTAIN,
    (S.SUBMITTING, I.RESEND): _ON_ITS_WAY,
    (S.SUBMITTING, I.DROP): _ON_ITS_WAY,
    (S.SUBMITTING, I.BOUNCE): _ANSWER_FIRST,
    (S.DEFERRED, I.LEASE): S.CLAIMED,
    (S.DEFERRED, I.RELEASE): _NOT_LEASED,
    (S.DEFERRED, I.BEGIN): _NOT_LEASED,
    (S.DEFERRED, I.UNSENT): _NOT_LEASED,
    (S.DEFERRED, I.ACCEPT): _NOT_LEASED,
    (S.DEFERRED, I.DEFER): _NOT_LEASED,
    (S.DEFERRED, I.REFUSE): _NOT_LEASED,
    (S.DEFERRED, I.SUPPRESS): _NOT_LEASED,
    (S.DEFERRED, I.LOSE): _NOT_LEASED,
    (S.DEFERRED, I.RESEND): _NO_DOUBT,
    (S.DEFERRED, I.DROP): _NO_DOUBT,
    (S.DEFERRED, I.BOUNCE): _TO_BE_SENT,
    (S.UNCERTAIN, I.LEASE): Ignored("somebody must first decide whether it is sent again"),
    (S.UNCERTAIN, I.RELEASE): _NOT_LEASED,
    (S.UNCERTAIN, I.BEGIN): _NOT_LEASED,
    (S.UNCERTAIN, I.UNSENT): S.PLANNED,
    (S.UNCERTAIN, I.ACCEPT): S.ACCEPTED,
    (S.UNCERTAIN, I.DEFER): S.DEFERRED,
    (S.UNCERTAIN, I.REFUSE): S.FAILED,
    (S.UNCERTAIN, I.SUPPRESS): _ON_ITS_WAY,
    (S.UNCERTAIN, I.LOSE): Ignored("it is uncertain already"),
    (S.UNCERTAIN, I.RESEND): S.PLANNED,
    (S.UNCERTAIN, I.DROP): S.FAILED,
    (S.PLANNED, I.HOLD): _NOT_LEASED,
    (S.PLANNED, I.STOP): S.SUPPRESSED,
    (S.PLANNED, I.STOP_IN_DOUBT): S.UNCERTAIN,
    (S.CLAIMED, I.HOLD): S.PLANNED,
    (S.CLAIMED, I.STOP): S.SUPPRESSED,
    (S.CLAIMED, I.STOP_IN_DOUBT): S.UNCERTAIN,
    (S.SUBMITTING, I.HOLD): _ON_ITS_WAY,
    (S.SUBMITTING, I.STOP): _ON_ITS_WAY,
    (S.SUBMITTING, I.STOP_IN_DOUBT): _ON_ITS_WAY,
    (S.DEFERRED, I.HOLD): _NOT_LEASED,
    (S.DEFERRED, I.STOP): S.SUPPRESSED,
    (S.DEFERRED, I.STOP_IN_DOUBT): S.UNCERTAIN,
    (S.UNCERTAIN, I.HOLD): _OPEN,
    (S.UNCERTAIN, I.STOP): _OPEN,
    (S.UNCERTAIN, I.STOP_IN_DOUBT): _OPEN,
    (S.UNCERTAIN, I.BOUNCE): S.BOUNCED,
    **{(state, given): _OVER for state in FINAL for given in Input},
    (S.ACCEPTED, I.BOUNCE): S.BOUNCED,
}
"""A worker that was thought dead and answers after all still settles an ``uncertain`` mail; so does a notice
that it came back, for then the relay had it."""


def sources(given: Input) -> list[tuple[State, State]]:
    """Return every (state, next state) in which an input changes something."""
    return [
        (state, after)
        for (state, each), after in TRANSITIONS.items()
        if each is given and isinstance(after, State)
    ]
