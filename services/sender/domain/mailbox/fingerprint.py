"""What a message is known by again, whatever way it comes and whatever number it has there.

Servers on the way add fields of their own (RFC 5321 §4.4), so only what its writer gave it is looked at.
"""

import hashlib
import re

_WRITTEN = frozenset(
    (b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"content-type")
)
_DISTINCT = (b"message-id:", b"date:")
"""A message that has neither is known by all that stands in it."""

_FOLD = re.compile(rb"\n[ \t]+")
MOST_OCTETS = 2**20


def fingerprint(message: bytes) -> bytes:
    """Return 32 octets, the same for each copy of a message."""
    head, ends, body = message.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = [b" ".join(line.split()) for line in _FOLD.sub(b" ", head[:MOST_OCTETS]).split(b"\n")]
    written = [line for line in lines if line.partition(b":")[0].strip().lower() in _WRITTEN]
    known = ends and any(line.lower().startswith(_DISTINCT) for line in written)
    given = b"\n".join(written if known else lines) + b"\n\n" + body[:MOST_OCTETS].rstrip()
    return hashlib.sha256(given).digest()
