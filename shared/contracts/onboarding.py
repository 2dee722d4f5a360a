"""What onboarding says of newcomers. Never what is in a follow-up note (C7)."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.message import Key, Message, Moment

Step = Literal["contact", "letter", "call", "referral", "training", "follow_up", "erasure"]


class StepCompleted(Message):
    """A step of a newcomer's timeline was done (C1–C9): for the CRM."""

    TYPE: ClassVar[str] = "onboarding.step.completed.v1"
    timeline_id: UUID
    interest_id: Key
    step: Step
    at: Moment
