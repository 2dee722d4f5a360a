"""A key to sign with while measuring."""

from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

Kind = Literal["none", "rsa", "ed25519"]


def dkim_setting(kind: Kind, folder: Path) -> str:
    """Return the setting ``ONSDAG_DKIM_KEYS`` for a new key of a kind, empty for none."""
    if kind == "none":
        return ""
    key = generate_private_key(65537, 2048) if kind == "rsa" else Ed25519PrivateKey.generate()
    path = folder / "dkim.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return f"bench={path}"
