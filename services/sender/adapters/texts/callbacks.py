"""Where gateways bring reports and answers: addresses that only they know."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from uuid import UUID

REPORTS = "/callbacks/texts"
REPLIES = "/callbacks/replies"


@dataclass(frozen=True)
class Callbacks:
    """Each attempt has an address of its own; answers from phones have one for the whole organisation."""

    secret: bytes = field(repr=False)
    base_url: str

    def of(self, text_id: UUID, attempt: int) -> str:
        """Return where reports on an attempt (from 1) go; empty where gateways do not reach us."""
        what = f"{text_id}/{attempt}"
        return f"{self.base_url}{REPORTS}/{what}/{self.code(what)}" if self.base_url else ""

    @property
    def replies(self) -> str:
        """Return where answers go: for the gateway's settings."""
        return f"{self.base_url}{REPLIES}/{self.code('replies')}" if self.base_url else ""

    def code(self, what: str) -> str:
        """Return the keyed code that proves that a caller was told the address."""
        mac = hmac.digest(self.secret, f"onsdag-text-callback:{what}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac[:18]).decode()

    def proves(self, what: str, code: str) -> bool:
        return hmac.compare_digest(self.code(what).encode(), code.encode())
