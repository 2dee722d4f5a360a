"""Addresses as reports and people write them."""

import re

from services.sender.domain.envelope import Unwritable, wire
from shared.addresses import normalize

ADDRESS = re.compile(
    r"(?<![\w.+%/=-])([\w.!#$%&'*+/=?^`{|"
    r"}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63})(?![\w@-])",
    re.UNICODE,
)
_OF_X400 = re.compile(r"^(smtp|mailto)=")
_XTEXT = re.compile(r"\+(2B|3D|20)")
_UNITEXT = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_OF_MACHINES = re.compile(
    r"^(mailer-daemon|postmaster|mail-daemon|mailerdaemon|noreply|no-reply|bounce)[+@-]"
)


def addresses_in(text: str) -> list[str]:
    """Return the addresses in a text, lower case, each once, in their order."""
    found = (_OF_X400.sub("", match[1].strip("'").rstrip(".").lower()) for match in ADDRESS.finditer(text))
    return list(dict.fromkeys(each for each in found if not each.startswith("@")))


def of_recipient(value: str) -> str | None:
    """Return the address of a recipient field: ``type; address`` (RFC 3464 §2.3.1, RFC 6533 §3).

    ``rfc822`` may still carry the xtext of the envelope (RFC 3461 §4), ``utf-8`` the escapes of unitext.
    None when it is no mail address, such as an X.400 one.
    """
    kind, semicolon, address = value.partition(";")
    kind, address = (kind.strip().lower(), address) if semicolon else ("rfc822", value)
    if kind in {"utf-8", "utf8"}:
        address = _UNITEXT.sub(lambda found: _character(found[1]), address)
    elif kind not in {"rfc822", "smtp", "822", "unknown", "x-local", "local"}:
        return None
    address = _XTEXT.sub(lambda found: chr(int(found[1], 16)), address)
    return next(iter(addresses_in(address.replace("<", " ").replace(">", " "))), None)


def one_spelling(address: str) -> bytes:
    """Return the spelling that an address has however its domain is written: in IDNA, if it can be."""
    address = normalize(address)
    try:
        return wire(address)
    except Unwritable:
        return address.encode("utf-8", "replace")


def of_person(address: str) -> bool:
    """Whether it is not one that machines write from."""
    return not _OF_MACHINES.match(address)


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else ""
