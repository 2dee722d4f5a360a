"""What onboarding consumes."""

from shared.contracts.crm import InterestRegistered, UnitChanged
from shared.contracts.sender import MessageConcluded
from shared.messaging.topology import Consume

CONSUMES = (
    Consume("copy-units", UnitChanged),
    Consume("start-timeline", InterestRegistered),
    Consume("note-letter", MessageConcluded),
)
