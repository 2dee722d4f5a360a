"""Settings of onboarding."""

from datetime import timedelta

from pydantic import Field, model_validator

from services.onboarding.domain.timeline import Limits
from shared.contracts.message import Language
from shared.settings import ServiceSettings


class OnboardingSettings(ServiceSettings):
    """What onboarding needs to know besides what every service does. Days are calendar days, local."""

    contact_days: int = Field(
        default=0, ge=0, le=30, description="Days until the member contact must know; 0: the same day (C1)."
    )
    letter_days: int = Field(
        default=3, ge=0, le=60, description="Days within which the newcomer's letter is sent (C2)."
    )
    call_days: int = Field(default=7, ge=0, le=60, description="Days within which a newcomer is called (C3).")
    referral_days: int = Field(
        default=14, ge=0, le=180, description="Days within which a newcomer is referred to a group (C3)."
    )
    training_days: int = Field(
        default=56, ge=0, le=365, description="Days within which a newcomer is invited to training (C5)."
    )
    follow_up_weeks_from: int = Field(
        default=8, ge=1, le=52, description="Weeks after which the follow-up call may be made (C6)."
    )
    follow_up_weeks_to: int = Field(
        default=10, ge=1, le=60, description="Weeks after which the follow-up call is late (C6)."
    )
    erasure_days: int = Field(
        default=14, ge=1, le=365, description="Days from the end of the follow-up to the erasure (C9)."
    )
    letter_wait_hours: int = Field(
        default=12,
        ge=0,
        le=48,
        description="Hours that a letter waits for a unit that is not known yet, before it goes without the "
        "unit's name and contact.",
    )
    unanswered_hours: int = Field(
        default=4,
        ge=1,
        le=72,
        description="Hours after which a mail of which the sender has said nothing is late and is "
        "asked for again.",
    )
    newcomer_trainings: dict[Language, str] = Field(
        default={},
        description="Coming trainings for new members, for the letter (C2): Markdown by language, as JSON. "
        "A language left out gets the Swedish text.",
    )
    newcomer_action: dict[Language, str] = Field(
        default={},
        description="A current action that a newcomer can join, for the letter (C2): Markdown by language, "
        "as JSON. A language left out gets the Swedish text.",
    )
    member_contact_language: Language = Field(
        default="sv", description="Language of the mails to member contacts (C1)."
    )
    onboarding_sweep_seconds: float = Field(
        default=30, gt=0, description="Pause between two looks for mails that can leave now, or are late."
    )

    @model_validator(mode="after")
    def _limits_agree(self) -> "OnboardingSettings":
        if self.follow_up_weeks_from > self.follow_up_weeks_to:
            raise ValueError("the follow-up ends before it begins (C6)")
        if self.letter_wait_hours > 24 * self.letter_days:
            raise ValueError("a letter may wait for its unit beyond its own limit (C2)")
        return self

    @property
    def limits(self) -> Limits:
        return Limits(
            contact_days=self.contact_days,
            letter_days=self.letter_days,
            call_days=self.call_days,
            referral_days=self.referral_days,
            training_days=self.training_days,
            follow_up_weeks_from=self.follow_up_weeks_from,
            follow_up_weeks_to=self.follow_up_weeks_to,
            erasure_days=self.erasure_days,
        )

    @property
    def letter_wait(self) -> timedelta:
        return timedelta(hours=self.letter_wait_hours)

    @property
    def unanswered(self) -> timedelta:
        return timedelta(hours=self.unanswered_hours)
