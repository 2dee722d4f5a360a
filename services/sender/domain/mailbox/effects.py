"""What a message in the mailbox does, as a table.

Only *hard* and *complaint* suppress, and soft when it goes on; and only when the message came back to, or
brings back, a return path that we made. A Message-ID proves nothing: it is the mail's number, which others
can guess; beside the recipient's own address it is enough for what the recipient can take back (an opt-out)
and for what people read (an answer). What is not proved is told by its class, and left to people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.sender.domain.mailbox.addresses import one_spelling
from services.sender.domain.mailbox.verdict import Kind, Severity, Verdict

SOFT_EDITIONS = 3
"""Editions in a row that come back before an address counts as dead."""


class Proof(StrEnum):
    """What ties a message to a mail of ours. ``reply``: it answers the mail, from the mail's address."""

    PATH = "path"
    TAG = "tag"
    REPLY = "reply"
    CLAIMED = "claimed"
    NOTHING = "nothing"


class Effect(StrEnum):
    """What a message did. The first four are about the mail: in the ledger, it came back."""

    FAILED = "failed"
    """The address is reported as dead."""
    SOFT = "soft"
    """One more edition came back."""
    CAME_BACK = "came-back"
    """The mail did not arrive, and its address is not to blame."""
    COMPLAINED = "complained"
    """The address is reported: its owner complained."""
    OPTED_OUT = "opted-out"
    """Compliance is told."""
    DRAFTED = "drafted"
    """Intake is told, and makes a draft (A5)."""
    PASSED_ON = "passed-on"
    """An answer goes to the desk's address, with the orders of the mail."""
    NONE = "none"


BOUNCED = frozenset({Effect.FAILED, Effect.SOFT, Effect.CAME_BACK})
"""Effects of which the ledger says that the mail came back."""

SURE = frozenset({Proof.PATH, Proof.TAG, Proof.REPLY})
"""Proofs that suffice for an opt-out."""


@dataclass(frozen=True)
class About:
    """The mail that a message is about. ``edition``: it is one of an edition's."""

    address: str
    edition: bool
    proof: Proof


def effect_of(verdict: Verdict, about: About | None, *, passes_on: bool = False) -> Effect:
    """Return what a message does. ``passes_on``: an answer to it is sent to the desk."""
    proved = about is not None and about.proof is Proof.PATH
    match verdict.kind:
        case Kind.ORDER:
            return Effect.DRAFTED
        case Kind.UNSUBSCRIBE if about and _opts_out(verdict, about):
            return Effect.OPTED_OUT
        case Kind.QUESTION if about and passes_on:
            return Effect.PASSED_ON
        case Kind.COMPLAINT if proved:
            return Effect.COMPLAINED
        case Kind.BOUNCE if about and proved:
            return _of_bounce(verdict, about)
        case _:
            return Effect.NONE


def _opts_out(verdict: Verdict, about: About) -> bool:
    """The tag is made for it. Words may mean one mailing, a role, an old address: only bare ones are obeyed.

    A "no, thanks" to a letter answers what the letter asks.
    """
    bare = verdict.nothing_else and about.edition
    return about.proof is Proof.TAG or (about.proof in SURE and bare)


def stays(kind: Kind, proof: Proof) -> bool:
    """Whether a message stays where it came, for people: a bounce that nothing proves may be none."""
    return kind is Kind.BOUNCE and proof is not Proof.PATH


def _of_bounce(verdict: Verdict, about: About) -> Effect:
    if verdict.delayed:
        return Effect.NONE
    soft = Effect.SOFT if about.edition else Effect.CAME_BACK
    if verdict.severity is Severity.HARD:
        return Effect.FAILED if _is_the_address(verdict, about) else soft
    return soft if verdict.severity is Severity.SOFT else Effect.CAME_BACK


def _is_the_address(verdict: Verdict, about: About) -> bool:
    """Where we wrote to is dead; an address behind it, to which it forwards, may be one of several."""
    told = verdict.recipient
    return told is None or one_spelling(told) == one_spelling(about.address)


def goes_on_failing(came_back: Sequence[bool], editions: int = SOFT_EDITIONS) -> bool:
    """Whether so many editions in a row came back. ``came_back``: one for each edition, in their order."""
    run = 0
    for each in came_back:
        run = run + 1 if each else 0
        if run >= editions:
            return True
    return False
