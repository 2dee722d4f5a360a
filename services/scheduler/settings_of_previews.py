"""Settings of what is seen before a Wednesday."""

from datetime import timedelta

from pydantic import Field, field_validator

from services.scheduler.domain.sending_rates import Limit, limits_of_domains, read_limits
from shared.settings import ServiceSettings


class PreviewSettings(ServiceSettings):
    """How previews estimate, and when the desk is warned of an audience."""

    mail_kilobytes: int = Field(
        default=100,
        description="Mails above this size (in 1 000 bytes) are flagged in previews: the sender shortens "
        "their longest texts.",
        ge=30,
    )
    engine_limits: str = Field(
        default="1000/second",
        description="What our own senders manage together, for the forecast of a Wednesday.",
    )
    relay_limits: str = Field(
        default="",
        description="Most mails that the relays take together, for the forecast: the sum of the limits in "
        "`ONSDAG_SMTP_URL`, as `20/second+5000/hour+50000/day`. Empty: no limit is known.",
    )
    domain_limits: str = Field(
        default="",
        description="The sender's limits to the domains of recipients, for the forecast: the same variable. "
        "Known providers with several domains count as one.",
    )
    audience_moved_percent: int = Field(
        default=20,
        description="The desk is warned when so many have joined and left an order's audience since it was "
        "accepted, in percent of those then.",
        ge=1,
    )
    audience_look_minutes: float = Field(
        default=30.0, description="Pause between two looks at the audience of an order.", gt=0
    )

    @field_validator("engine_limits", "relay_limits")
    @classmethod
    def _readable_limits(cls, value: str) -> str:
        if value:
            read_limits("relay", value)
        return value

    @field_validator("domain_limits")
    @classmethod
    def _readable_limits_of_domains(cls, value: str) -> str:
        limits_of_domains(value)
        return value

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What a Wednesday's mails must wait for."""
        engine = read_limits("engine", self.engine_limits) if self.engine_limits else ()
        relay = read_limits("relay", self.relay_limits) if self.relay_limits else ()
        return engine + relay + limits_of_domains(self.domain_limits)

    @property
    def largest_mail(self) -> int:
        """Bytes."""
        return self.mail_kilobytes * 1000

    @property
    def audience_look(self) -> timedelta:
        return timedelta(minutes=self.audience_look_minutes)
