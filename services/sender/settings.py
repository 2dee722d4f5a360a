"""Settings of the sender."""

from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.sender.settings_of_mailbox import MailboxSettings
from services.sender.settings_of_routes import RouteSettings
from services.sender.settings_of_texts import TextSettings


class SenderSettings(RouteSettings, MailboxSettings, TextSettings):
    """What the sender needs to know besides what every service does."""

    model_config = SettingsConfigDict(hide_input_in_errors=True)
    """URLs hold passwords."""

    uncertain_mail: Literal["resend", "hold"] = Field(
        default="resend",
        description="What becomes of a mail of which a crash or a broken connection left open whether the "
        "relay has it: `resend` sends it again with the same Message-ID and Date, three times at most, "
        "`hold` leaves it to the desk.",
    )
    lease_seconds: float = Field(
        default=30.0,
        description="How long a process that gives no sign of life keeps the mails it has taken.",
        gt=0,
    )
    mail_kilobytes: int = Field(
        default=100,
        description="A mail that would be larger (in 1 000 bytes) has only the beginnings of its longest "
        "texts, with links to their web versions. Mail programs cut longer mails off.",
        ge=30,
    )
    sent_keep_days: int = Field(
        default=90,
        description="How long it is known to whom a mail or a text went, and what stood in one to one person "
        "(F5). Then the figures stay. Late notices and answers are matched as long.",
        ge=14,
    )
    web_url: str = Field(
        default="",
        description="Where recipients reach the web versions of texts (`/w/` of the sender), without a "
        "slash. Empty: `ONSDAG_PUBLIC_URL`.",
    )
