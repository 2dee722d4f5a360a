"""The catalogue: every message on the bus, in the order in which a Wednesday meets them."""

from shared.contracts import compliance, crm, intake, onboarding, scheduler, sender, texts
from shared.contracts.message import Message

CATALOGUE: tuple[type[Message], ...] = (
    crm.PersonChanged,
    crm.PersonErased,
    crm.UnitChanged,
    crm.AssignmentChanged,
    crm.AssignmentEnded,
    crm.InterestRegistered,
    intake.OrderAccepted,
    intake.OrderWithdrawn,
    scheduler.OrderScheduled,
    scheduler.AudienceMoved,
    scheduler.EditionFrozen,
    scheduler.AddressMissing,
    scheduler.EditionReleased,
    scheduler.EditionCompleted,
    scheduler.EditionStopped,
    scheduler.TextsPlanned,
    scheduler.TextsCompleted,
    sender.PrepareEdition,
    sender.DeliverBatch,
    sender.PauseEdition,
    sender.ResumeEdition,
    sender.StopEdition,
    sender.SendMessage,
    sender.BatchRecorded,
    sender.DeliveryReported,
    sender.EditionProgressed,
    sender.MessageConcluded,
    sender.AddressFailed,
    sender.ProviderPaused,
    sender.UnsubscribeReceived,
    sender.OrderMailReceived,
    texts.SendText,
    texts.DeliverTexts,
    texts.TextConcluded,
    texts.TextsReported,
    texts.TextRefused,
    compliance.SuppressionAdded,
    compliance.SuppressionLifted,
    compliance.AssignmentDisputed,
    onboarding.StepCompleted,
)

BY_TYPE: dict[str, type[Message]] = {model.TYPE: model for model in CATALOGUE}
