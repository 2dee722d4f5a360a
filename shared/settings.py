"""Settings: every one an environment variable, each described."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.observability.logging import LogFormat


class BusSettings(BaseSettings):
    """What a command needs that only looks at the bus."""

    model_config = SettingsConfigDict(env_prefix="ONSDAG_", extra="ignore", frozen=True)

    amqp_url: str = Field(default="amqp://guest:guest@127.0.0.1:5672/", description="RabbitMQ.")


class ServiceSettings(BusSettings):
    """What every service needs to know."""

    database_url: str = Field(
        default="postgresql://onsdag@127.0.0.1:5432/onsdag",
        description="PostgreSQL; each service uses the schema of its own name.",
    )
    secret_key: SecretStr = Field(
        description="Signs API tokens and unsubscribe links and keys the address hashes. At least 32 "
        "characters, the same for all services, and never changed: links in mails already sent depend on it.",
        min_length=32,
    )
    revoked_tokens: str = Field(
        default="", description="Ids of API tokens that no longer hold, separated by commas."
    )
    clock: str = Field(default="system", description="`system`, or `file:PATH` for a clock that can be set.")
    log_format: LogFormat = Field(
        default="console", description="`json` in containers, `console` for people."
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    host: str = Field(default="127.0.0.1", description="Address that the HTTP server listens on.")
    port: int = Field(default=8000, description="Port that the HTTP server listens on.", ge=0, le=65535)
    public_url: str = Field(
        default="http://127.0.0.1:8080",
        description="Where recipients reach the unsubscribe links, without a slash.",
    )
    organisation_name: str = Field(default="Onsdag", description="The organisation, as recipients know it.")
    organisation_address: str = Field(
        default="info@onsdag.example.org", description="The one shared address that all mail comes from (A1)."
    )
    time_zone: str = Field(
        default="Europe/Stockholm", description="Time zone of the organisation's days and hours."
    )
    holidays: str = Field(
        default="SE", description="Country whose public holidays are closed days (ISO 3166)."
    )
    closed_days: str = Field(
        default="", description="The organisation's own closed days (A4), as dates separated by commas."
    )

    phone_country: str = Field(
        default="SE",
        description="Country of phone numbers that are written without a country code (ISO 3166).",
        pattern="^[A-Z]{2}$",
    )
    sms_price: Decimal = Field(
        default=Decimal("0.35"), description="Price of one part of a text message, for estimates.", ge=0
    )
    sms_currency: str = Field(default="SEK", description="Currency of that price.", pattern="^[A-Z]{3}$")
    sms_max_parts: int = Field(
        default=4, description="Most parts of one text message; a longer one is not sent.", ge=1, le=10
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def own_closed_days(self) -> frozenset[date]:
        return frozenset(
            date.fromisoformat(part.strip()) for part in self.closed_days.split(",") if part.strip()
        )

    @property
    def secret(self) -> bytes:
        return self.secret_key.get_secret_value().encode()
