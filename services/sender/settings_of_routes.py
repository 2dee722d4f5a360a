"""Settings of the way to the relays."""

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, field_validator

from services.sender.adapters.relay import Relay, read_relays
from services.sender.domain.buckets import Limits, limits_at
from shared.sending_limits import rates_of_providers
from shared.settings import ServiceSettings


class RouteSettings(ServiceSettings):
    """Where mail is handed over, how fast, and with whose signature."""

    smtp_url: str = Field(
        default="smtp://127.0.0.1:2525",
        description="The relay: `smtp://[user:password@]host[:port]`, or `smtps://` for TLS from the start; "
        "several are separated by commas. Options, after `?` and joined by `&`: `starttls=auto` (when "
        "offered; the default without a password), `required` or `never`; `ca=FILE` of the authorities to "
        "trust; `limit=20/second+5000/hour+50000/day`; `weight=3`, its share of the connections, 0 for a "
        "relay that stands by.",
        repr=False,
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
    domain_limits: str = Field(
        default="",
        description="Most mails to the domains of recipients, all processes together: "
        "`gmail.com=20/second+5000/hour, *=50/second`, the star for each of the others. Known providers with "
        "several domains count as one. A tenth of each limit is left to one-to-one mail. In no hour and no "
        "day, whenever it begins, do more leave.",
    )
    dkim_keys: str = Field(
        default="",
        description="Keys that outgoing mail is signed with (DKIM), as `selector=file`, separated by commas: "
        "PEM files with RSA of at least 2048 bits or Ed25519; one signature each. Empty: the relay signs.",
    )
    dkim_domain: str = Field(
        default="",
        description="The domain that signs, under which the selectors stand in the DNS. Empty: that of the "
        "organisation's address.",
    )

    @field_validator("dkim_keys")
    @classmethod
    def _readable_keys(cls, value: str) -> str:
        _key_files(value)
        return value

    @field_validator("smtp_url")
    @classmethod
    def _readable_relays(cls, value: str) -> str:
        read_relays(value, 1)
        return value

    @field_validator("domain_limits")
    @classmethod
    def _readable_limits(cls, value: str) -> str:
        _limits(value)
        return value

    @property
    def relays(self) -> tuple[Relay, ...]:
        return read_relays(self.smtp_url, self.smtp_timeout_seconds)

    @property
    def limits_of_domains(self) -> Limits:
        return _limits(self.domain_limits)

    @property
    def dkim_key_files(self) -> Mapping[str, Path]:
        return _key_files(self.dkim_keys)


def _limits(value: str) -> Limits:
    return {name: limits_at(rates) for name, rates in rates_of_providers(value).items()}


def _key_files(value: str) -> Mapping[str, Path]:
    pairs = (part.partition("=") for part in value.split(",") if part.strip())
    found = {selector.strip(): Path(file.strip()) for selector, _, file in pairs}
    if not all(re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", each) for each in found):
        raise ValueError("DKIM keys are written selector=file, the selector as a DNS name")
    if not all(file.name for file in found.values()):
        raise ValueError("DKIM keys are written selector=file")
    return found
