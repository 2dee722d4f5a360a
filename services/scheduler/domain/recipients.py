"""Who got an edition: what each delivery state means for the reader."""

from enum import StrEnum

from services.scheduler.domain.deliveries import DeliveryState


class Received(StrEnum):
    """accepted: the relay took responsibility. uncertain: its answer was lost. not_sent: it did not leave."""

    ACCEPTED = "accepted"
    UNCERTAIN = "uncertain"
    NOT_SENT = "not_sent"


def received(state: DeliveryState) -> Received:
    """Return what a mail's state means for its recipient now."""
    match state:
        case DeliveryState.ACCEPTED:
            return Received.ACCEPTED
        case DeliveryState.UNCERTAIN:
            return Received.UNCERTAIN
        case _:
            return Received.NOT_SENT


def states_of(kind: Received) -> frozenset[DeliveryState]:
    """Return the states that mean this."""
    return frozenset(state for state in DeliveryState if received(state) is kind)
