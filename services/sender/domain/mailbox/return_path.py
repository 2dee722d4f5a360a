"""Tags that name a mail of ours and that nobody else can make; and the return path made of one (VERP).

``bounce@example.org`` becomes ``bounce+<mail>-<code>@example.org`` (subaddressing, RFC 5233). What comes back
to it is about that mail and no other; a forged or altered one is about none. Written in base32 without
capitals, because servers on the way may change the case of a local part.
"""

import base64
import hashlib
import hmac
import re
from uuid import UUID

from services.sender.domain.envelope import Unwritable, ascii_of

LONGEST = 64
"""Octets of a local part (RFC 5321 §4.5.3.1.1)."""

CODE_OCTETS = 10
"""Eighty bits: who tries a billion addresses a second needs millions of years for one."""

_RETURN_PATH = b"onsdag return path"
UNSUBSCRIBE = b"onsdag unsubscribe by mail"
_TAG = re.compile(r"([a-z2-7]{26})-([a-z2-7]{16})")


class LongReturnPath(Exception):
    """The local part of the address leaves no room for the tag."""


class MailTags:
    """Makes and reads tags ``<mail>-<code>``. A tag of one purpose is none of another's."""

    def __init__(self, secret: bytes, purpose: bytes) -> None:
        self._key = hmac.digest(secret, purpose, hashlib.sha256)

    def of(self, mail_id: UUID) -> bytes:
        """Return the tag of a mail: 43 octets, of which none has a meaning in an address or a URL."""
        return b"%b-%b" % (_written(mail_id.bytes), _written(self._code(mail_id.bytes)))

    def read(self, tag: str) -> UUID | None:
        """Return the mail that a tag names, None if we did not make it."""
        found = _TAG.fullmatch(tag)
        if found is None:
            return None
        mail_id, code = _read(found[1]), _read(found[2])
        if not hmac.compare_digest(code, self._code(mail_id)) or _written(mail_id).decode() != found[1]:
            return None
        return UUID(bytes=mail_id)

    def _code(self, mail_id: bytes) -> bytes:
        return hmac.digest(self._key, mail_id, hashlib.sha256)[:CODE_OCTETS]


class ReturnPaths:
    """Makes and reads the return paths of one organisation."""

    def __init__(self, secret: bytes, address: str) -> None:
        """Raise LongReturnPath, or Unwritable for what is no address that every relay takes."""
        local, _, domain = ascii_of(address).decode().rpartition("@")
        if not local:
            raise Unwritable(f"not every relay takes mail from {address!r}")
        self._tags = MailTags(secret, _RETURN_PATH)
        self._start = f"{local}+".encode()
        self._end = f"@{domain}".encode()
        if len(self._start) + 26 + 1 + 16 > LONGEST:
            raise LongReturnPath(f"the local part of {address} is longer than 20 octets")

    def of(self, mail_id: UUID) -> bytes:
        """Return the address that a mail is sent from, on the wire."""
        return b"%b%b%b" % (self._start, self._tags.of(mail_id), self._end)

    def read(self, address: str) -> UUID | None:
        """Return the mail that an address belongs to, None if we did not make it."""
        local = address.partition("@")[0].lower().encode("utf-8", "replace")
        if not local.startswith(self._start.lower()):
            return None
        return self._tags.read(local[len(self._start) :].decode("ascii", "replace"))


def _written(octets: bytes) -> bytes:
    return base64.b32encode(octets).rstrip(b"=").lower()


def _read(text: str) -> bytes:
    return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
