"""Limits of sending as settings write them, and the providers that they hold for.

The sender keeps them; the scheduler's forecast foresees what they mean. Both read them here.
"""

import re
from collections.abc import Mapping
from typing import Literal, cast

Unit = Literal["second", "hour", "day"]
Rate = tuple[int, Unit]
"""So many mails, in each of these."""

OTHERS = "*"
"""Stands for each provider that has no limit of its own."""

_WRITTEN = re.compile(r"([0-9]{1,9})/(second|hour|day)")

_DOMAINS = {
    "google": "gmail.com googlemail.com",
    "microsoft": "outlook.com hotmail.com live.com msn.com outlook.se hotmail.se live.se outlook.dk "
    "hotmail.dk live.dk outlook.no hotmail.no live.no",
    "yahoo": "yahoo.com yahoo.se yahoo.dk yahoo.no ymail.com rocketmail.com aol.com",
    "apple": "icloud.com me.com mac.com",
    "telia": "telia.com",
    "telenor": "telenor.se bredband.net online.no",
    "tele2": "tele2.se comhem.se swipnet.se",
    "proton": "proton.me protonmail.com pm.me",
}
_PROVIDER = {domain: provider for provider, domains in _DOMAINS.items() for domain in domains.split()}


def provider_of(address: str) -> str:
    """Return who receives for an address: a provider known to have several domains, else the domain."""
    domain = address.rpartition("@")[2]
    return _PROVIDER.get(domain, domain)


def domains_of(provider: str) -> tuple[str, ...]:
    """Return the domains of a provider."""
    return tuple(_DOMAINS.get(provider, provider).split())


def read_rates(written: str) -> tuple[Rate, ...]:
    """Return limits written ``20/second+5000/hour``; raise ValueError."""
    found = [_WRITTEN.fullmatch(part.strip()) for part in written.split("+")]
    rates = tuple((int(each[1]), cast("Unit", each[2])) for each in found if each and int(each[1]))
    if len(rates) < len(found) or len({unit for _, unit in rates}) < len(rates):
        raise ValueError(f"limits are written 20/second+5000/hour+50000/day, not {written!r}")
    return rates


def rates_of_providers(written: str) -> Mapping[str, tuple[Rate, ...]]:
    """Return limits written ``gmail.com=20/second, *=50/second`` by provider; raise ValueError.

    Domains of one provider share its limit, so two of them cannot have one each.
    """
    found: dict[str, tuple[Rate, ...]] = {}
    for part in filter(str.strip, written.split(",")):
        domain, _, rates = part.partition("=")
        provider = provider_of(f"@{domain.strip().lower()}")
        if provider in found:
            raise ValueError(f"{provider} has two limits: {', '.join(domains_of(provider))} are one provider")
        found[provider] = read_rates(rates)
    return found
