"""What a person may make of a message that waits, as a table."""

from collections.abc import Mapping

from services.sender.domain.mailbox.effects import Effect
from services.sender.domain.mailbox.verdict import Kind

OPEN_TO = frozenset(Kind) - {Kind.COMPLAINT}
"""Classes that a person may change. A complaint is written by a provider: its writer is not who complains."""

MAKES: Mapping[Kind, Effect] = {
    Kind.ORDER: Effect.DRAFTED,
    Kind.UNSUBSCRIBE: Effect.OPTED_OUT,
    Kind.QUESTION: Effect.NONE,
    Kind.AUTO_REPLY: Effect.NONE,
}
"""What it does then. Nobody can say that a message is a bounce or a complaint: those need their proof."""


class Unchangeable(Exception):
    """The class of the message cannot become that. Says why."""


def reclassified(now: Kind, to: Kind, *, waits: bool, has_writer: bool) -> Effect:
    """Return what a message does when a person says that it is of another class; raise Unchangeable."""
    if not waits:
        raise Unchangeable("The message has had its effect, or somebody has handled it.")
    if now not in OPEN_TO:
        raise Unchangeable(f"A message of class {now} keeps it; mark it as handled.")
    if to not in MAKES:
        raise Unchangeable(f"Nobody can say that a message is of class {to}: that takes its proof.")
    effect = MAKES[to]
    if effect is not Effect.NONE and not has_writer:
        raise Unchangeable("It does not say who wrote it, or its words are forgotten.")
    return effect
