"""What intake consumes."""

from shared.contracts.crm import UnitChanged
from shared.contracts.scheduler import (
    AudienceMoved,
    EditionCompleted,
    EditionFrozen,
    EditionReleased,
    EditionStopped,
    OrderScheduled,
    RegisterNamed,
    TextsCompleted,
    TextsPlanned,
)
from shared.contracts.sender import MessageConcluded, OrderMailReceived
from shared.messaging.topology import Consume

CONSUMES = (
    Consume("copy-units", UnitChanged),
    Consume("learn-names", RegisterNamed),
    Consume("note-schedule", OrderScheduled),
    Consume("note-audience", AudienceMoved),
    Consume("note-freeze", EditionFrozen),
    Consume("note-release", EditionReleased),
    Consume("note-completion", EditionCompleted),
    Consume("note-stop", EditionStopped),
    Consume("note-texts", TextsPlanned),
    Consume("note-texts-completion", TextsCompleted),
    Consume("note-answer", MessageConcluded),
    Consume("draft-from-mail", OrderMailReceived),
)
