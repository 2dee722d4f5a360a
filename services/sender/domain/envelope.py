"""How an address is written on the wire."""

import re

_WRITABLE = re.compile(r'[^\s<>()\[\]\\,;:"@\x00-\x1f\x7f]{1,64}@[^\s<>()\[\]\\,;:"@\x00-\x1f\x7f]{1,253}')

_HOST = re.compile(rb"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
"""IDNA (RFC 3490) maps characters to others first: a wide ``＞`` would become the ``>`` that ends the
address, and ``ß`` the ``ss`` of another domain."""


class Unwritable(Exception):
    """The address cannot stand in an SMTP command."""


def ascii_of(address: str) -> bytes:
    """Return an address as any relay takes it in a header; empty if it needs SMTPUTF8 (RFC 6532)."""
    try:
        written = wire(address)
    except Unwritable:
        return b""
    return written if written.isascii() else b""


def wire(address: str) -> bytes:
    """Return an address as octets: the domain in IDNA, the local part in UTF-8 (RFC 6531 when not ASCII)."""
    if not _WRITABLE.fullmatch(address):
        raise Unwritable("the address cannot be written in an SMTP command")
    if address.isascii():
        return address.encode()
    local, _, domain = address.rpartition("@")
    try:
        written = domain.encode("idna")
        same = written.decode("idna") == domain.lower()
        mailbox = local.encode()
    except UnicodeError as problem:
        raise Unwritable("the address cannot be written") from problem
    if not (same and _HOST.fullmatch(written)):
        raise Unwritable("the domain of the address cannot be written")
    return mailbox + b"@" + written
