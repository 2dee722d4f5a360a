"""Settings of the sender."""

from typing import Literal

from pydantic import Field

from shared.settings import ServiceSettings


class SenderSettings(ServiceSettings):
    """What the sender needs to know besides what every service does."""

    smtp_url: str = Field(
        default="smtp://127.0.0.1:2525",
        description="The relay: `smtp://[user:password@]host[:port]`, or `smtps://` for TLS from the start. "
        "`?starttls=auto` (default: when offered), `required` or `never`.",
    )
    smtp_connections: int = Field(
        default=20,
        description="Connections that one process keeps to the relay at most. After a crash at most one mail "
        "for each of them is uncertain.",
        ge=1,
        le=500,
    )
    smtp_messages_per_connection: int = Field(
        default=1000, description="Mails on one connection before it is closed and another opened.", ge=1
    )
    smtp_timeout_seconds: float = Field(
        default=300.0,
        description="How long to wait for an answer of the relay; after the end of the data it is never "
        "less than 600 (RFC 5321 §4.5.3.2).",
        gt=0,
    )
    uncertain_mail: Literal["resend", "hold"] = Field(
        default="resend",
        description="What becomes of a mail of which a crash left open whether the relay has it: `resend` "
        "sends it again with the same Message-ID and Date, `hold` leaves it to the desk.",
    )
    lease_seconds: float = Field(
        default=30.0,
        description="How long a process that gives no sign of life keeps the mails it has taken.",
        gt=0,
    )
    bounce_address: str = Field(
        default="",
        description="Where undeliverable mail comes back to, with a tag for each mail: `bounce@example.org` "
        "becomes `bounce+<mail>-<code>@example.org`. Its server must deliver tagged addresses (RFC 5233) to "
        "the mailbox that is read. Empty: `bounce@` and the organisation's domain.",
    )
