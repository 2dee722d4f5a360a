"""What the sender consumes."""

from shared.contracts.compliance import SuppressionAdded, SuppressionLifted
from shared.contracts.crm import PersonErased
from shared.contracts.intake import OrderWithdrawn
from shared.contracts.sender import (
    DeliverBatch,
    PauseEdition,
    PrepareEdition,
    ResumeEdition,
    SendMessage,
    StopEdition,
)
from shared.contracts.texts import DeliverTexts, SendText
from shared.messaging.topology import Consume

CONSUMES = (
    Consume("prepare-edition", PrepareEdition, prefetch=2),
    Consume("record-batch", DeliverBatch, prefetch=4),
    Consume("pause-edition", PauseEdition),
    Consume("resume-edition", ResumeEdition),
    Consume("stop-edition", StopEdition),
    Consume("send-message", SendMessage),
    Consume("send-text", SendText),
    Consume("record-texts", DeliverTexts),
    Consume("suppress-address", SuppressionAdded),
    Consume("lift-suppression", SuppressionLifted),
    Consume("erase-persons", PersonErased),
    Consume("withdraw-texts", OrderWithdrawn),
)
