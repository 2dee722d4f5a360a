"""Phone numbers as E.164 (ITU-T), and the keyed hash that stands for one (F3)."""

from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType
from phonenumbers.timezone import time_zones_for_number

from shared.addresses import address_hash

_CAN_RECEIVE = frozenset(
    {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.PERSONAL_NUMBER}
)
_UNKNOWN_ZONE = "Etc/Unknown"


@dataclass(frozen=True)
class Phone:
    """A number that exists in its country's plan.

    ``country`` is ISO 3166, empty for a number that belongs to none. ``zones`` are all time zones in which
    its owner may be, none if that is not known. ``mobile``: it can, as far as its plan says, receive texts.
    """

    e164: str
    country: str
    zones: tuple[str, ...]
    mobile: bool


@lru_cache(4096)
def read_phone(written: str, country: str) -> Phone | None:
    """Return the number that somebody wrote; None if there is none. ``country`` is that of a number
    without a country code (ISO 3166). Letters are no digits, though phonenumbers reads them as on a keypad: a
    digit that somebody mistyped would make it somebody else's number."""
    if any(each.isalpha() for each in written):
        return None
    try:
        number = phonenumbers.parse(written, country)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or number.extension:
        return None
    zones = tuple(zone for zone in time_zones_for_number(number) if zone != _UNKNOWN_ZONE)
    return Phone(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        country=phonenumbers.region_code_for_number(number) or "",
        zones=zones,
        mobile=phonenumbers.number_type(number) in _CAN_RECEIVE,
    )


def phone_hash(secret: bytes, e164: str) -> bytes:
    """Return the 32-byte keyed hash of a number: how a suppression of texts travels (F3)."""
    return address_hash(secret, e164)
