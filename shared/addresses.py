"""One spelling of an e-mail address, and the keyed hash that stands for it (F3)."""

import hashlib
import hmac
import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

_PLAIN_LOCAL_PART = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*")
LOCAL_LENGTH = 64

_OF_MACHINES = re.compile(
    r"(no|do[._-]?not|inte|ej|ikke|ikkje)[._-]?(reply|svar)([._-]?(to|här|her))?|svara?[._-]?(inte|ej|ikke)|"
    r"mailer-?daemon|mail-daemon|postmaster|bounces?|auto(mailer|reply|svar)"
)

MAX_LENGTH = 254
"""Octets of an address in a path (RFC 5321 §4.5.3.1.3, less the angle brackets)."""


def normalize(address: str) -> str:
    """Return the spelling under which two addresses are the same mailbox: NFC, trimmed, lower case.

    RFC 5321 lets a local part tell capitals apart; no receiver that our organisations write to does,
    and two mails to one person are worse (A6).
    """
    return unicodedata.normalize("NFC", address).strip().lower()


def is_deliverable(address: str) -> bool:
    """Whether the normalized address can be written in an SMTP path. Says nothing of the mailbox."""
    if not address.isprintable() or len(address.encode()) > MAX_LENGTH:
        return False
    local, _, domain = address.rpartition("@")
    if domain.isascii() and len(local) <= LOCAL_LENGTH and _PLAIN_LOCAL_PART.fullmatch(local):
        return _valid_domain(domain)
    return _valid(address)


@lru_cache(4096)
def _valid_domain(domain: str) -> bool:
    return _valid(f"a@{domain}")


def _valid(address: str) -> bool:
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def address_hash(secret: bytes, address: str) -> bytes:
    """Return the 32-byte HMAC-SHA256 of the normalized address: how a suppression travels (F3)."""
    return hmac.digest(secret, normalize(address).encode(), hashlib.sha256)


def takes_answers(address: str) -> bool:
    """Whether somebody may read what is sent to the normalized address: no machine does (``noreply@``)."""
    local = address.rpartition("@")[0].partition("+")[0]
    return not any(_OF_MACHINES.fullmatch(part) for part in (local, local.rpartition(".")[2]))
