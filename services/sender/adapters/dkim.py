"""DKIM signatures (RFC 6376, RFC 8463), for those whose relay does not sign.

Canonicalization is relaxed/simple: header fields may be refolded on the way; the body is quoted-printable,
which leaves nothing to relax and nothing to compute.
"""

import base64
import hashlib
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

SIGNED = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "Auto-Submitted",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "X-Onsdag-Edition",
    "X-Onsdag-Orders",
)
"""Signed where they stand. RFC 8058 §4 wants both List-Unsubscribe fields covered."""

OVERSIGNED = ("From", "To", "Subject", "Date", "Reply-To")
"""Named once more than they stand, so that none can be added unseen (RFC 6376 §8.15)."""

SHORTEST_RSA = 2048
SIGNATURE_BYTES = 1000
"""More than a signature of 4096 bits with its field takes: mails leave so much room for each key."""
_UNFOLDED = re.compile(rb"\r\n(?![ \t])")
_SPACE = re.compile(rb"[ \t\r\n]+")
_LINE = 70


class UnusableKey(ValueError):
    """A DKIM key cannot be read, or is not one to sign with."""


@dataclass(frozen=True)
class SigningKey:
    """A private key and the selector under which its public half stands in the DNS."""

    selector: str
    key: RSAPrivateKey | Ed25519PrivateKey

    @classmethod
    def load(cls, selector: str, path: Path) -> "SigningKey":
        """Read a PEM file: RSA of at least 2048 bits, or Ed25519. Raises UnusableKey."""
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as problem:
            raise UnusableKey(f"the DKIM key {path} cannot be read: {problem}") from problem
        if isinstance(key, RSAPrivateKey) and key.key_size < SHORTEST_RSA:
            raise UnusableKey(f"the DKIM key {path} has {key.key_size} bits; it takes {SHORTEST_RSA}")
        if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
            raise UnusableKey(f"the DKIM key {path} is neither RSA nor Ed25519")
        return cls(selector, key)

    @property
    def algorithm(self) -> bytes:
        return b"rsa-sha256" if isinstance(self.key, RSAPrivateKey) else b"ed25519-sha256"

    def sign(self, data: bytes) -> bytes:
        """RSA signs the data's digest; Ed25519 signs the digest as its message (RFC 8463 §3)."""
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(data, PKCS1v15(), hashes.SHA256())
        return self.key.sign(hashlib.sha256(data).digest())


class Signer:
    """Signs messages for one domain, once with each of its keys."""

    def __init__(self, domain: str, keys: Sequence[SigningKey]) -> None:
        self._domain = domain.encode("idna")
        self._keys = keys

    def sign(self, message: bytes, at: datetime) -> bytes:
        """Return the message with a signature for each key before it; the same for the same arguments."""
        head, _, body = message.partition(b"\r\n\r\n")
        fields = _relaxed(head)
        names = tuple(name for name in SIGNED if name.lower().encode() in fields)
        covered = b"".join(fields[name.lower().encode()] + b"\r\n" for name in names)
        body_hash = base64.b64encode(hashlib.sha256(body.rstrip(b"\r\n") + b"\r\n").digest())
        signatures = [self._signature(key, covered, _listed(names), body_hash, at) for key in self._keys]
        return b"".join([*signatures, message])

    def _signature(
        self, key: SigningKey, covered: bytes, listed: bytes, body_hash: bytes, at: datetime
    ) -> bytes:
        field = (
            b"DKIM-Signature: v=1; a=%b; c=relaxed/simple; d=%b; s=%b;\r\n t=%d; bh=%b;\r\n h=%b;\r\n b="
            % (
                key.algorithm,
                self._domain,
                key.selector.encode("idna"),
                int(at.timestamp()),
                body_hash,
                listed,
            )
        )
        (unsigned,) = _relaxed(field).values()
        value = base64.b64encode(key.sign(covered + unsigned))
        lines = [value[at : at + _LINE] for at in range(0, len(value), _LINE)]
        return field + b"\r\n ".join(lines) + b"\r\n"


@lru_cache(64)
def _listed(names: tuple[str, ...]) -> bytes:
    """Return the tag ``h``, folded between names."""
    names = (*names, *OVERSIGNED)
    return textwrap.fill(": ".join(names), _LINE, break_on_hyphens=False).replace("\n", "\r\n ").encode()


def _relaxed(head: bytes) -> dict[bytes, bytes]:
    """Return each header field as RFC 6376 §3.4.2 writes it, by its name in small letters."""
    fields = {}
    for field in _UNFOLDED.split(head):
        name, _, value = field.partition(b":")
        name = name.strip().lower()
        fields[name] = name + b":" + _SPACE.sub(b" ", value).strip()
    return fields
