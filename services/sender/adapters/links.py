"""Links in mails: where each can be stopped (F1), and where a shortened section can be read whole."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from services.sender.domain.edition import Section
from services.sender.domain.mailbox.return_path import MailTags
from shared.web.tokens import UnsubscribeTokens, Unsubscription

_MAC_BYTES = 12


@dataclass(frozen=True)
class WebVersion:
    """A section of an edition in a language: what a web link stands for. Nothing about a reader."""

    edition_id: UUID
    position: int
    language: str


class WebTokens:
    """Makes and reads the tokens of web links. They name no person and cannot be guessed."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"onsdag-web-version", hashlib.sha256)

    def make(self, what: WebVersion) -> str:
        """Return a token of URL-safe characters, without ``=``."""
        body = what.edition_id.bytes + what.position.to_bytes(2, "big") + what.language.encode()
        return base64.urlsafe_b64encode(self._mac(body) + body).rstrip(b"=").decode()

    def read(self, token: str) -> WebVersion | None:
        """Return what a token stands for, or None if it is not ours."""
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except (UnicodeEncodeError, binascii.Error):
            return None
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body)):
            return None
        return WebVersion(UUID(bytes=body[:16]), int.from_bytes(body[16:18], "big"), body[18:].decode())

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, hashlib.sha256)[:_MAC_BYTES]


class ByMail:
    """Addresses to unsubscribe by mail: the shared one, with the mail's own tag as the subject."""

    def __init__(self, address: str, tags: MailTags) -> None:
        self._start = f"mailto:{quote(address, safe='@+')}?subject=unsubscribe%20"
        self._tags = tags

    def of(self, mail_id: UUID) -> str:
        return self._start + self._tags.of(mail_id).decode()


class MailLinks:
    """Links to the organisation's public addresses: ``public_url`` for stopping, ``web_url`` for reading."""

    def __init__(
        self,
        public_url: str,
        tokens: UnsubscribeTokens,
        web_url: str,
        pages: WebTokens,
        by_mail: ByMail,
    ) -> None:
        self._by_mail = by_mail
        self._start = f"{public_url.rstrip('/')}/u/"
        self._tokens = tokens
        self._web_start = f"{web_url.rstrip('/')}/w/"
        self._pages = pages

    def organisation(self, address_hash: bytes) -> str:
        return self._start + self._tokens.make(Unsubscription(address_hash, "organisation"))

    def section(self, address_hash: bytes, section: Section) -> str:
        """Stop a unit's mailings; for duty, which cannot be stopped, say that the assignment is not held."""
        if section.is_duty:
            what = Unsubscription(address_hash, "duty", f"{section.order_id}:{section.unit_id}")
        else:
            what = Unsubscription(address_hash, "unit", section.unit_id)
        return self._start + self._tokens.make(what)

    def by_mail(self, mail_id: UUID) -> str:
        return self._by_mail.of(mail_id)

    def web(self, edition_id: UUID, section: Section, language: str) -> str:
        return self._web_start + self._pages.make(WebVersion(edition_id, section.position, language))
