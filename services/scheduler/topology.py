"""What the scheduler consumes."""

from shared.contracts.compliance import SuppressionAdded, SuppressionLifted
from shared.contracts.crm import AssignmentChanged, AssignmentEnded, PersonChanged, PersonErased, UnitChanged
from shared.contracts.intake import OrderAccepted, OrderWithdrawn
from shared.contracts.sender import BatchRecorded, DeliveryReported, EditionProgressed
from shared.contracts.texts import TextsReported
from shared.messaging.topology import Consume

CONSUMES = (
    Consume("copy-persons", PersonChanged, prefetch=4),
    Consume("erase-persons", PersonErased),
    Consume("copy-units", UnitChanged, prefetch=4),
    Consume("copy-assignments", AssignmentChanged, prefetch=4),
    Consume("end-assignments", AssignmentEnded),
    Consume("place-order", OrderAccepted),
    Consume("withdraw-order", OrderWithdrawn),
    Consume("note-batch", BatchRecorded),
    Consume("note-outcomes", DeliveryReported),
    Consume("note-texts", TextsReported),
    Consume("note-progress", EditionProgressed),
    Consume("suppress-address", SuppressionAdded),
    Consume("lift-suppression", SuppressionLifted),
)
