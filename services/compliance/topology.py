"""What compliance consumes."""

from shared.contracts.crm import PersonChanged
from shared.contracts.sender import AddressFailed, UnsubscribeReceived
from shared.contracts.texts import TextRefused
from shared.messaging.topology import Consume

CONSUMES = (
    Consume("note-crm-opt-outs", PersonChanged, prefetch=4),
    Consume("note-failed-address", AddressFailed),
    Consume("note-refused-texts", TextRefused),
    Consume("note-unsubscribe", UnsubscribeReceived),
)
